"""In a container Kafka's clients must be told an address that they know, and the hub says so when nobody has named one."""

from pathlib import Path

import pytest

from hubbub.cli.container import is_contained, unadvertised
from hubbub.protocols.kafka.options import ExtraListener, KafkaOptions
from hubbub.settings import Settings
from tests.unit.cli.program import FREE, Serving

CONTAINED = {"container": "docker"}


@pytest.mark.parametrize("mark", [".dockerenv", "run/.containerenv"])
def test_containers_are_known_by_the_file_that_is_put_there(mark: str, tmp_path: Path) -> None:
    assert not is_contained({}, tmp_path)
    (tmp_path / mark).parent.mkdir(exist_ok=True)
    (tmp_path / mark).touch()
    assert is_contained({}, tmp_path)


def test_containers_are_known_by_the_variable(tmp_path: Path) -> None:
    assert is_contained({"container": "podman"}, tmp_path)
    assert not is_contained({"container": ""}, tmp_path)


@pytest.mark.parametrize(
    ("settings", "missing"),
    [
        (Settings(), []),
        (Settings(host="127.0.0.1"), []),
        (Settings(host="0.0.0.0"), ["kafka.advertised_host"]),
        (Settings(host="::"), ["kafka.advertised_host"]),
        (Settings(kafka=KafkaOptions(host="0.0.0.0")), ["kafka.advertised_host"]),
        (Settings(host="0.0.0.0", kafka=KafkaOptions(host="localhost")), []),
        (Settings(host="0.0.0.0", kafka=KafkaOptions(enabled=False)), []),
        (Settings(host="0.0.0.0", kafka=KafkaOptions(advertised_host="shop.example")), []),
        (
            Settings(
                host="0.0.0.0",
                kafka=KafkaOptions(
                    advertised_host="shop.example",
                    listeners=(
                        ExtraListener(9094),
                        ExtraListener(9095, host="127.0.0.1"),
                        ExtraListener(9096, advertised_host="kafka"),
                    ),
                ),
            ),
            ["kafka.listeners[0].advertised_host"],
        ),
    ],
)
def test_every_port_that_others_reach_wants_an_address_for_clients(
    settings: Settings, missing: list[str]
) -> None:
    assert unadvertised(settings) == missing


@pytest.mark.parametrize(
    ("flags", "is_told"),
    [
        (["--host", "0.0.0.0"], True),
        (["--host", "0.0.0.0", "--kafka-advertised-host", "localhost"], False),
        (["--host", "0.0.0.0", "--no-kafka"], False),
        ([], False),
    ],
)
def test_a_hub_in_a_container_says_so_in_one_line(flags: list[str], is_told: bool, tmp_path: Path) -> None:
    with Serving(*FREE, *flags, folder=tmp_path, **CONTAINED) as hub:
        _, said = hub.stop()
    lines = [line for line in said.splitlines() if "this is a container" in line]
    assert len(lines) == is_told
    if is_told:
        assert "kafka.advertised_host is not set" in lines[0]
        assert "--kafka-advertised-host" in lines[0]
