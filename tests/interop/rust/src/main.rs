//! rdkafka: librdkafka under Rust. The calls are those of the mission's snippet; what that leaves out (a group, without which the client
//! refuses to subscribe, and the loops) is here.

use std::time::Duration;

use futures::StreamExt;
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{CommitMode, Consumer, StreamConsumer};
use rdkafka::message::{Header, Headers, Message, OwnedHeaders};
use rdkafka::producer::{FutureProducer, FutureRecord};

const COUNT: usize = 100;

#[tokio::main]
async fn main() {
    let address = std::env::args().nth(1).expect("the address of a broker");

    let producer: FutureProducer = ClientConfig::new()
        .set("bootstrap.servers", &address)
        .create()
        .expect("Producer creation failed");
    for number in 0..COUNT {
        let key = format!("order-{number}");
        let headers = OwnedHeaders::new().insert(Header { key: "n", value: Some(&key) });
        let record = FutureRecord::to("orders")
            .key(&key)
            .payload(r#"{"total": 99.99}"#)
            .headers(headers);
        producer.send(record, Duration::from_secs(5)).await.expect("not delivered");
    }

    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", &address)
        .set("group.id", "my-group")
        .set("auto.offset.reset", "earliest")
        .create()
        .expect("Consumer creation failed");
    consumer.subscribe(&["orders"]).expect("not subscribed");
    let mut stream = consumer.stream();
    let (mut seen, mut wrong) = (0, 0);
    while seen < COUNT {
        let message = tokio::time::timeout(Duration::from_secs(60), stream.next())
            .await
            .expect("nothing comes any more")
            .expect("the stream ended")
            .expect("an error instead of a message");
        seen += 1;
        let is_right = message.payload() == Some(br#"{"total": 99.99}"#)
            && message.headers().map(|headers| headers.get(0).value) == Some(message.key());
        if !is_right {
            wrong += 1;
        }
        consumer.commit_message(&message, CommitMode::Async).expect("not committed");
    }
    println!("{{\"seen\": {seen}, \"wrong\": {wrong}}}");
}
