"""The same scripts to RabbitMQ (Debian's, 3.10 or whatever is installed) and to a hub, frame by frame.

Every row of the table of errors and every behaviour of `amqp_conversations` is played to both; what each hears is normalised and must be
the same, words of errors included. Where the two differ stands in ``amqp_differences.toml``, with the reason; one that
differs no more must leave that list.
"""

import os
import shutil
import socket
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.matrix.amqp_caller import Broker
from tests.matrix.amqp_conversations import SCRIPTS

pytestmark = pytest.mark.matrix
HERE = Path(__file__).parent
PEER = HERE.parents[2] / "shared" / "peers" / "peer.sh"
DIFFERENCES: dict[str, dict[str, str]] = tomllib.loads((HERE / "amqp_differences.toml").read_text())


def free_port() -> int:
    """One that leaves room above for RabbitMQ's own ports."""
    for port in range(21_000, 30_000, 7):
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:
            continue
    raise AssertionError("no free port")


@pytest.fixture(scope="module")
def rabbitmq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    given = os.environ.get("HUBBUB_TEST_RABBITMQ_PORT")
    if given:  # one that runs already, on loopback
        yield Broker(int(given))
        return
    if not PEER.exists() or not shutil.which(
        "rabbitmq-server", path="/usr/sbin:/usr/lib/rabbitmq/bin:/usr/bin"
    ):
        pytest.skip("rabbitmq-server is not installed (Debian: rabbitmq-server)")
    port = free_port()
    where = {**os.environ, "PEERS": str(tmp_path_factory.mktemp("peers"))}
    subprocess.run([PEER, "start", "rabbitmq", str(port)], env=where, check=True, timeout=180)
    yield Broker(port)
    subprocess.run([PEER, "stop", "rabbitmq", str(port)], env=where, check=True, timeout=60)


def played(broker: Broker, name: str) -> list[list[Any]]:
    """What everybody in a script heard, the one who speaks first."""
    client = broker.client()
    others = broker.callers
    try:
        SCRIPTS[name](client)
        client.hears_nothing()
    except (AssertionError, IndexError):
        client.log.append("the script could not go on")
    logs = [caller.log for caller in others]
    broker.tidy()
    return logs


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_hub_says_what_rabbitmq_says(rabbitmq: Broker, hub: Any, name: str) -> None:
    ours = played(Broker(hub.port("amqp")), name)
    theirs = played(rabbitmq, name)
    if name in DIFFERENCES:
        assert ours != theirs, f"no difference any more: take {name!r} from the list"
    else:
        assert ours == theirs


def test_every_difference_is_of_a_script_and_has_a_reason() -> None:
    assert set(DIFFERENCES) <= set(SCRIPTS)
    assert all(each["why"] for each in DIFFERENCES.values())
