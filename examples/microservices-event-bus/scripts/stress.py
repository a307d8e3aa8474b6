"""Stress: so many connections of MQTT at once. Each says hello, subscribes, and gets one message that is sent to all."""

import argparse
import asyncio
import json
import resource
import sys

from services.bus import MQTT_HOST, MQTT_PORT

TOPIC = b"stress/all"
AT_A_TIME = 100


def connect(name: bytes) -> bytes:
    body = b"\x00\x04MQTT\x04\x02\x00\x3c" + len(name).to_bytes(2, "big") + name
    return bytes([0x10, len(body)]) + body


SUBSCRIBE = b"\x82" + bytes([len(TOPIC) + 5]) + b"\x00\x01" + len(TOPIC).to_bytes(2, "big") + TOPIC + b"\x00"
PUBLISH = b"\x30" + bytes([len(TOPIC) + 4]) + len(TOPIC).to_bytes(2, "big") + TOPIC + b"hi"


async def open_one(number: int, gate: asyncio.Semaphore) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    async with gate:
        reader, writer = await asyncio.open_connection(MQTT_HOST, int(MQTT_PORT))
        writer.write(connect(b"stress-%d" % number) + SUBSCRIBE)
        connack = await reader.readexactly(4)
        if connack[3] != 0:
            raise ConnectionRefusedError(f"connection {number} was refused: {connack[3]}")
        await reader.readexactly(5)
        return reader, writer


async def main(count: int) -> int:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count + 100:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, count + 100), hard))
    gate = asyncio.Semaphore(AT_A_TIME)
    opened = await asyncio.gather(
        *(open_one(number, gate) for number in range(count)), return_exceptions=True
    )
    connections = [each for each in opened if not isinstance(each, BaseException)]
    got = 0
    if connections:
        connections[0][1].write(PUBLISH)
        heard = await asyncio.gather(
            *(asyncio.wait_for(reader.readexactly(len(PUBLISH)), 30) for reader, _ in connections),
            return_exceptions=True,
        )
        got = sum(message == PUBLISH for message in heard)
    for _, writer in connections:
        writer.close()
    refused = [str(each) for each in opened if isinstance(each, BaseException)]
    print(
        json.dumps(
            {"connections": len(connections), "received": got, "refused": len(refused), "why": refused[:1]}
        )
    )
    return 0 if len(connections) == got == count else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=5_000)
    sys.exit(asyncio.run(main(parser.parse_args().connections)))
