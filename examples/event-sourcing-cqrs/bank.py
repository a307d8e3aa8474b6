"""A bank whose accounts are nothing but their events.

``python bank.py commands`` handles commands: it decides, and writes down what happened; it forgets everything when it ends, and reads it again. ``python bank.py saga`` moves
money between accounts: withdraw, deposit, and give back where that fails. ``python bank.py balance ACCOUNT`` is a read model: it reads the events and
prints what they come to. ``python bank.py send COMMAND ...`` sends a command.
"""

import argparse
import asyncio
import json
import os
import sys
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

KAFKA = os.environ.get("KAFKA", "localhost:9092")
COMMANDS, EVENTS, TRANSFERS = "accounts.commands", "accounts.events", "transfers.events"

Event = dict[str, Any]


class Accounts:
    """Balances, as the events so far make them. The same in the command handler and in the read model."""

    def __init__(self) -> None:
        self.balances: defaultdict[str, int] = defaultdict(int)
        self.done: set[str] = set()

    def apply(self, event: Event) -> None:
        signs = {"deposited": 1, "withdrawn": -1, "refused": 0}
        self.balances[event["account"]] += signs[event["event"]] * event["amount"]
        self.done.add(event["command_id"])

    def decide(self, command: Event) -> Event:
        """What happens when this is asked for."""
        happens = {"deposit": "deposited", "withdraw": "withdrawn"}[command["command"]]
        if happens == "withdrawn" and self.balances[command["account"]] < command["amount"]:
            happens = "refused"
        kept = {name: command[name] for name in ("account", "amount", "transfer_id") if name in command}
        return {"event": happens, "command_id": command["command_id"], **kept}


async def history(topic: str) -> tuple[AIOKafkaConsumer, list[Event]]:
    """All that has happened, and a consumer that stands behind it."""
    consumer = AIOKafkaConsumer(bootstrap_servers=KAFKA, auto_offset_reset="earliest")
    await consumer.start()
    place = TopicPartition(topic, 0)
    consumer.assign([place])
    await consumer.seek_to_beginning(place)
    end = (await consumer.end_offsets([place]))[place]
    found: list[Event] = []
    while await consumer.position(place) < end:
        for records in (await consumer.getmany(timeout_ms=500)).values():
            found += [json.loads(record.value) for record in records]
    return consumer, found


async def following(group: str, topic: str) -> AsyncIterator[Event]:
    """Each event once, from where the group has come to. It has been dealt with when the next is asked for."""
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=KAFKA, group_id=group, enable_auto_commit=False, auto_offset_reset="earliest"
    )
    async with consumer:
        print(f"{group}: ready", flush=True)
        async for record in consumer:
            yield {"command_id": f"{record.topic}/{record.offset}"} | json.loads(record.value)
            await consumer.commit()


async def publish(producer: AIOKafkaProducer, topic: str, key: str, event: Event) -> None:
    await producer.send_and_wait(topic, json.dumps(event).encode(), key.encode())


async def commands(producer: AIOKafkaProducer) -> None:
    """The only one who writes events of accounts. A command that comes twice happens once."""
    accounts = Accounts()
    consumer, past = await history(EVENTS)
    await consumer.stop()
    for event in past:
        accounts.apply(event)
    async for command in following("command-handler", COMMANDS):
        if command["command_id"] not in accounts.done:
            event = accounts.decide(command)
            await publish(producer, EVENTS, event["account"], event)
            accounts.apply(event)


async def saga(producer: AIOKafkaProducer) -> None:
    """A transfer is a withdrawal and a deposit; where the first is refused there is nothing to do, and nothing is lost."""
    async for event in following("transfer-saga", EVENTS):
        transfer = event.get("transfer_id")
        if transfer is None:
            continue
        number, target = transfer.split("->")
        if event["event"] == "withdrawn":
            deposit = {
                "command": "deposit",
                "account": target,
                "amount": event["amount"],
                "transfer_id": transfer,
            }
            await publish(producer, COMMANDS, target, deposit | {"command_id": f"{transfer}/deposit"})
        else:
            state = "completed" if event["event"] == "deposited" else "refused"
            await publish(producer, TRANSFERS, number, {"transfer": number, "state": state})


async def balance(account: str) -> None:
    """A read model, built anew."""
    accounts = Accounts()
    consumer, past = await history(EVENTS)
    await consumer.stop()
    for event in past:
        accounts.apply(event)
    print(accounts.balances[account])


async def send(producer: AIOKafkaProducer, words: list[str]) -> None:
    """``deposit a 100``, ``withdraw a 5``, or ``transfer a b 50``, which is waited for."""
    number = str(uuid.uuid4())
    if words[0] != "transfer":
        command = {"command": words[0], "account": words[1], "amount": int(words[2]), "command_id": number}
        await publish(producer, COMMANDS, words[1], command)
        return
    source, target, amount = words[1], words[2], int(words[3])
    consumer, _ = await history(TRANSFERS)
    command = {
        "command": "withdraw",
        "account": source,
        "amount": amount,
        "transfer_id": f"{number}->{target}",
        "command_id": number,
    }
    await publish(producer, COMMANDS, source, command)
    try:
        async for record in consumer:
            event = json.loads(record.value)
            if event["transfer"] == number:
                print(event["state"])
                return
    finally:
        await consumer.stop()


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["commands", "saga", "balance", "send"])
    parser.add_argument("words", nargs="*")
    options = parser.parse_args()
    if options.command == "balance":
        await balance(options.words[0])
        return
    async with AIOKafkaProducer(bootstrap_servers=KAFKA, enable_idempotence=True) as producer:
        if options.command == "send":
            await send(producer, options.words)
        else:
            await {"commands": commands, "saga": saga}[options.command](producer)


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        sys.exit(130)
