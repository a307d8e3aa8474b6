"""Prints five quotes, then asks for a price with a direct reply-to."""

import json
import os

import pika

REPLY_TO = "amq.rabbitmq.reply-to"

with pika.BlockingConnection(
    pika.URLParameters(os.environ.get("AMQP", "amqp://guest:guest@localhost:5672/"))
) as connection:
    channel = connection.channel()
    for method, _, body in channel.consume("quotes.usd", auto_ack=True):
        print(method.routing_key, json.loads(body)["price"], flush=True)
        if method.delivery_tag == 5:
            break
    channel.cancel()

    answers: list[str] = []
    channel.basic_consume(
        REPLY_TO,
        lambda _channel, _method, properties, body: answers.append(
            f"{properties.correlation_id} {body.decode()}"
        ),
        auto_ack=True,
    )
    asking = pika.BasicProperties(reply_to=REPLY_TO, correlation_id="question-1")
    channel.basic_publish("", "price.requests", json.dumps({"symbol": "acme"}), asking)
    while not answers:
        connection.process_data_events(time_limit=1)
    print("answer to", answers[0])
