"""`hubbub init`: a configuration file to start from, and a first fixture."""

from pathlib import Path as File
from typing import Final

import click

from hubbub.cli.exits import Ends, Exit, talk
from hubbub.cli.reaching import reason

CONFIGURATION: Final = """\
# Settings of a hub. `hubbub serve` in this folder reads this file.
#   hubbub config validate hubbub.yaml    checks it
#   hubbub config show                    shows all that can be set, what holds, and who has set it
# A flag (--kafka-port) wins over the environment (HUBBUB_KAFKA_PORT), and that over this file.

# Who may come: localhost is this machine alone, 0.0.0.0 every machine that can reach it.
host: localhost

# Where everything is kept. Without it all is in memory, and gone when the hub stops.
# data_dir: ./data

kafka:
  port: 9092
  default_partitions: 3
  # What clients are told to connect to, where that is not what they have connected to: behind a port mapping, for one.
  # advertised_host: my-machine.example
  topics:
    - {name: orders.created, partitions: 3}

mqtt:
  port: 1883
  websocket_port: 9001

amqp:
  port: 5672

# Messages that come by themselves, from all files of this folder.
fixtures_dir: ./fixtures

log:
  level: info     # debug shows who connects with what, and how groups rebalance
  format: text    # or json
"""
FIXTURE: Final = """\
# An order every other second, in the topic orders.created of Kafka:
#   hubbub kafka consume orders.created
- identifier: "order-created"
  topic: "orders.created"
  key_pattern: "order-{{uuid}}"
  value_template:
    order_id: "{{uuid}}"
    customer: "{{faker.name}}"
    total: "{{faker.float 10.0 1000.0 | round 2}}"
    created_at: "{{now}}"
  auto_produce: {rate_per_second: 0.5}
"""
FILES: Final = {"hubbub.yaml": CONFIGURATION, "fixtures/orders.yaml": FIXTURE}


@click.command()
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=File))
def init(folder: File) -> None:
    """Write hubbub.yaml, with comments, and a first fixture.

    Into this folder, or DIR.

    Nothing is written when one of the files is there already.
    """
    there = [str(folder / name) for name in FILES if (folder / name).exists()]
    if there:
        raise Ends(
            Exit.USAGE,
            [f"{each} is there already, and stays as it is; nothing was written" for each in there],
        )
    for name, text in FILES.items():
        file = folder / name
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("x", encoding="utf-8") as written:
                written.write(text)
        except OSError as error:
            raise Ends(Exit.FAILED, [f"{file} cannot be written: {reason(error)}"]) from None
        talk(f"written: {file}")
    start = "hubbub serve" if folder == File() else f"hubbub serve --config {folder / 'hubbub.yaml'}"
    talk(f"`{start}` starts a hub with them")
