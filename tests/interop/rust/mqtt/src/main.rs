//! rumqttc, at level 4 (3.1.1) and level 5: a listener, a talker who goes without a word, and somebody who comes late.
//! Run as: interop-mqtt host port. Prints one JSON object: what each heard.

use std::time::Duration;

const KEEP_ALIVE: Duration = Duration::from_secs(60);

fn quoted(lines: &[String]) -> String {
    let quoted: Vec<String> = lines.iter().map(|line| format!("\"{line}\"")).collect();
    format!("[{}]", quoted.join(", "))
}

mod three {
    use rumqttc::{Client, Connection, Event, LastWill, MqttOptions, Packet, Publish, QoS};

    fn client(id: &str, host: &str, port: u16, will: Option<LastWill>) -> (Client, Connection) {
        let mut options = MqttOptions::new(id, host, port);
        options.set_keep_alive(super::KEEP_ALIVE);
        if let Some(will) = will {
            options.set_last_will(will);
        }
        Client::new(options, 10)
    }

    fn packets(connection: &mut Connection) -> impl Iterator<Item = Packet> + '_ {
        connection.iter().filter_map(|event| match event.expect("the connection broke") {
            Event::Incoming(packet) => Some(packet),
            Event::Outgoing(_) => None,
        })
    }

    fn heard(connection: &mut Connection, count: usize) -> Vec<String> {
        let publishes = packets(connection).filter_map(|packet| match packet {
            Packet::Publish(publish) => Some(line(&publish)),
            _ => None,
        });
        publishes.take(count).collect()
    }

    fn line(publish: &Publish) -> String {
        let text = String::from_utf8_lossy(&publish.payload);
        let retained = if publish.retain { " kept" } else { "" };
        format!("{} {}{} {}", publish.topic, publish.qos as u8, retained, text)
    }

    pub fn talk(host: &str, port: u16) -> (Vec<String>, Vec<String>) {
        let (listener, mut listening) = client("listener4", host, port, None);
        listener.subscribe("four/#", QoS::ExactlyOnce).unwrap();
        packets(&mut listening).find(|packet| matches!(packet, Packet::SubAck(_)));

        let will = LastWill::new("four/will", "gone", QoS::AtLeastOnce, false);
        let (talker, mut talking) = client("talker4", host, port, Some(will));
        for (number, qos) in [QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce].into_iter().enumerate() {
            talker.publish(format!("four/{number}"), qos, number == 1, format!("say {number}")).unwrap();
        }
        packets(&mut talking).find(|packet| matches!(packet, Packet::PubComp(_)));
        drop(talking);

        let all = heard(&mut listening, 4);
        let (late, mut coming) = client("late4", host, port, None);
        late.subscribe("four/+", QoS::AtLeastOnce).unwrap();
        (all, heard(&mut coming, 1))
    }
}

mod five {
    use rumqttc::v5::mqttbytes::v5::{LastWill, Packet, Publish, PublishProperties};
    use rumqttc::v5::mqttbytes::QoS;
    use rumqttc::v5::{Client, Connection, Event, MqttOptions};

    fn client(id: &str, host: &str, port: u16, will: Option<LastWill>) -> (Client, Connection) {
        let mut options = MqttOptions::new(id, host, port);
        options.set_keep_alive(super::KEEP_ALIVE);
        if let Some(will) = will {
            options.set_last_will(will);
        }
        Client::new(options, 10)
    }

    fn packets(connection: &mut Connection) -> impl Iterator<Item = Packet> + '_ {
        connection.iter().filter_map(|event| match event.expect("the connection broke") {
            Event::Incoming(packet) => Some(packet),
            Event::Outgoing(_) => None,
        })
    }

    fn heard(connection: &mut Connection, count: usize) -> Vec<String> {
        let publishes = packets(connection).filter_map(|packet| match packet {
            Packet::Publish(publish) => Some(line(&publish)),
            _ => None,
        });
        publishes.take(count).collect()
    }

    fn line(publish: &Publish) -> String {
        let topic = String::from_utf8_lossy(&publish.topic);
        let text = String::from_utf8_lossy(&publish.payload);
        let retained = if publish.retain { " kept" } else { "" };
        let mut found = format!("{topic} {}{retained} {text}", publish.qos as u8);
        if let Some(properties) = &publish.properties {
            for (name, value) in &properties.user_properties {
                found += &format!(" {name}={value}");
            }
            for text in [&properties.content_type, &properties.response_topic].into_iter().flatten() {
                found += &format!(" {text}");
            }
            if let Some(data) = &properties.correlation_data {
                found += &format!(" {}", String::from_utf8_lossy(data));
            }
        }
        found
    }

    pub fn talk(host: &str, port: u16) -> (Vec<String>, Vec<String>) {
        let (listener, mut listening) = client("listener5", host, port, None);
        listener.subscribe("five/#", QoS::ExactlyOnce).unwrap();
        packets(&mut listening).find(|packet| matches!(packet, Packet::SubAck(_)));

        let will = LastWill::new("five/will", "gone", QoS::AtLeastOnce, false, None);
        let (talker, mut talking) = client("talker5", host, port, Some(will));
        let properties = PublishProperties {
            content_type: Some("text/plain".into()),
            response_topic: Some("answers".into()),
            correlation_data: Some("c-1".into()),
            user_properties: vec![("b".into(), "1".into()), ("a".into(), "2".into()), ("b".into(), "3".into())],
            ..Default::default()
        };
        for (number, qos) in [QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce].into_iter().enumerate() {
            let (topic, text) = (format!("five/{number}"), format!("say {number}"));
            if number == 1 {
                talker.publish_with_properties(topic, qos, true, text, properties.clone()).unwrap();
            } else {
                talker.publish(topic, qos, false, text).unwrap();
            }
        }
        packets(&mut talking).find(|packet| matches!(packet, Packet::PubComp(_)));
        drop(talking);

        let all = heard(&mut listening, 4);
        let (late, mut coming) = client("late5", host, port, None);
        late.subscribe("five/+", QoS::AtLeastOnce).unwrap();
        (all, heard(&mut coming, 1))
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let (host, port) = (arguments[1].as_str(), arguments[2].parse().expect("a port"));
    let (four, late_four) = three::talk(host, port);
    let (five, late_five) = five::talk(host, port);
    println!(
        "{{\"3.1.1\": {}, \"late at 3.1.1\": {}, \"5.0\": {}, \"late at 5.0\": {}}}",
        quoted(&four),
        quoted(&late_four),
        quoted(&five),
        quoted(&late_five)
    );
}
