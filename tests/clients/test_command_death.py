"""A broker that dies under a consumer: the consumer says so, in time, instead of waiting for ever."""

import subprocess
from pathlib import Path

from tests.unit.cli.program import COMMAND, FREE, PATIENCE, Serving, environment, hubbub

SAID = {
    "kafka": "no Kafka broker at {}: connection refused; start one",
    "mqtt": "{} has ended the connection",
    "amqp": "{} has ended the connection",
}
CONSUMERS = {
    "kafka": [["consume", "t", "--from-beginning"], ["consume", "t", "--from-beginning", "-g", "g"]],
    "mqtt": [["subscribe", "t"]],
    "amqp": [["consume", "t"]],
}
PREPARATION = (
    "kafka produce -t t -m first",
    "mqtt publish -t t -m first --retain -q 1",
    "amqp queue declare t",
    "amqp publish -k t -b first",
)


def test_every_consumer_tells_that_its_broker_is_gone(tmp_path: Path) -> None:
    with Serving(*FREE, folder=tmp_path) as hub:
        address = {protocol: f"127.0.0.1:{hub.port(protocol)}" for protocol in SAID}
        where = {
            "HUBBUB_KAFKA_BOOTSTRAP": address["kafka"],
            "HUBBUB_MQTT_URL": f"mqtt://{address['mqtt']}",
            "HUBBUB_AMQP_URL": f"amqp://{address['amqp']}",
        }
        for command in PREPARATION:
            assert hubbub(*command.split(), folder=tmp_path, **where).returncode == 0
        running = [
            (
                protocol,
                subprocess.Popen(
                    [*COMMAND, protocol, *words, "--connect-timeout", "1"],
                    cwd=tmp_path,
                    env=environment(where),
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                ),
            )
            for protocol, commands in CONSUMERS.items()
            for words in commands
        ]
        try:
            for _, program in running:
                assert program.stdout is not None
                assert program.stdout.readline() == "first\n"
            hub.process.kill()
            for protocol, program in running:
                _, err = program.communicate(timeout=PATIENCE)
                assert program.returncode == 6, err
                assert SAID[protocol].format(address[protocol]) in err
                assert err.count("\n") == 1
        finally:
            for _, program in running:
                program.kill()
                program.communicate()
