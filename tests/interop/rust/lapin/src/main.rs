//! lapin: confirms, a consumer with a window, a return, a dead letter.

use futures::StreamExt;
use lapin::options::{
    BasicAckOptions, BasicConsumeOptions, BasicGetOptions, BasicPublishOptions, BasicQosOptions, BasicRejectOptions,
    ConfirmSelectOptions, QueueDeclareOptions,
};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, Channel, Confirmation, Connection, ConnectionProperties};

const COUNT: usize = 200;

#[tokio::main]
async fn main() {
    let address = std::env::args().nth(1).expect("the address of a broker");
    let uri = format!("amqp://guest:guest@{address}/%2f");
    let connection = Connection::connect(&uri, ConnectionProperties::default()).await.expect("no connection");
    let channel = connection.create_channel().await.expect("no channel");
    channel.confirm_select(ConfirmSelectOptions::default()).await.expect("no confirms");
    let (seen, wrong) = there_and_back(&channel).await;
    let returned = nobody(&channel).await;
    let reason = dead_letter(&channel).await;
    connection.close(200, "bye".into()).await.expect("no goodbye");
    println!(r#"{{"seen": {seen}, "wrong": {wrong}, "returned": {returned}, "died": "{reason}"}}"#);
}

async fn declared(channel: &Channel, arguments: FieldTable) -> String {
    let options = QueueDeclareOptions { exclusive: true, ..Default::default() };
    channel.queue_declare("".into(), options, arguments).await.expect("no queue").name().to_string()
}

async fn send(channel: &Channel, queue: &str, body: &str, mandatory: bool) -> Confirmation {
    let options = BasicPublishOptions { mandatory, ..Default::default() };
    let properties = BasicProperties::default().with_delivery_mode(2).with_message_id(body.into());
    let sent = channel.basic_publish("".into(), queue.into(), options, body.as_bytes(), properties).await;
    sent.expect("not sent").await.expect("not confirmed")
}

async fn there_and_back(channel: &Channel) -> (usize, usize) {
    let queue = declared(channel, FieldTable::default()).await;
    channel.basic_qos(10, BasicQosOptions::default()).await.expect("no window");
    let options = BasicConsumeOptions::default();
    let consuming = channel.basic_consume(queue.as_str().into(), "".into(), options, FieldTable::default()).await;
    let mut consumer = consuming.expect("no consumer");
    for number in 0..COUNT {
        assert!(send(channel, &queue, &number.to_string(), false).await.is_ack());
    }
    let (mut seen, mut wrong) = (0, 0);
    while seen < COUNT {
        let delivery = consumer.next().await.expect("cancelled").expect("broken");
        wrong += usize::from(delivery.data != seen.to_string().into_bytes());
        delivery.ack(BasicAckOptions::default()).await.expect("not acknowledged");
        seen += 1;
    }
    (seen, wrong)
}

async fn nobody(channel: &Channel) -> u16 {
    match send(channel, "nowhere", "lost", true).await {
        Confirmation::Ack(Some(message)) => message.reply_code,
        _ => 0,
    }
}

async fn dead_letter(channel: &Channel) -> String {
    let graves = declared(channel, FieldTable::default()).await;
    let mut arguments = FieldTable::default();
    arguments.insert("x-dead-letter-exchange".into(), AMQPValue::LongString("".into()));
    arguments.insert("x-dead-letter-routing-key".into(), AMQPValue::LongString(graves.as_str().into()));
    let queue = declared(channel, arguments).await;
    send(channel, &queue, "doomed", false).await;
    let got = channel.basic_get(queue.as_str().into(), BasicGetOptions::default()).await.expect("no answer");
    got.expect("empty").reject(BasicRejectOptions { requeue: false }).await.expect("not rejected");
    loop {
        let dead = channel.basic_get(graves.as_str().into(), BasicGetOptions { no_ack: true }).await.expect("no answer");
        if let Some(dead) = dead {
            let headers = dead.properties.headers().clone().expect("no headers");
            let reason = headers.inner().get("x-first-death-reason").expect("no reason");
            return reason.as_long_string().expect("no text").to_string();
        }
    }
}
