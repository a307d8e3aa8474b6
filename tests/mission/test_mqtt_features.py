"""MQTT as the first document promises it: wildcards, and what its settings mean, seen by paho."""

from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest

from tests.clients.test_mqtt_clients import connected, subscribe
from tests.unit.cli.program import FREE, Serving

PUBLISHED = ("a", "a/b", "a/b/c", "/a", "a.b", "aXb", "$other/a", "b")


@pytest.mark.row("MF-85", "MF-86")
def test_wildcards_match_whole_levels_and_nothing_else(hub: Any) -> None:
    wanted = {
        "+": {"a", "a.b", "aXb", "b"},
        "a/+": {"a/b"},
        "+/b": {"a/b"},
        "/+": {"/a"},
        "+/+": {"a/b", "/a"},
        "a/#": {"a", "a/b", "a/b/c"},
        "#": set(PUBLISHED) - {"$other/a"},
        "a.b": {"a.b"},
        "$other/+": {"$other/a"},
    }
    for filter_, topics in wanted.items():
        with connected(hub, mqtt.MQTTv5, "tcp", "wild") as client:
            subscribe(client, filter_, 1)
            subscribe(client, "the/end", 1)
            for topic in (*PUBLISHED, "the/end"):
                client.publish(topic, b"x", 1).wait_for_publish(10)
            found = set()
            while (message := client.inbox.get(timeout=10)).topic != "the/end":
                found.add(message.topic)
        assert found - {"the/end"} == topics, filter_


@pytest.mark.row("MF-101", "MF-103")
def test_keep_alive_and_retained_messages_are_as_the_file_says(tmp_path: Path) -> None:
    (tmp_path / "mockforge.yaml").write_text(
        "mqtt: {enabled: true, keep_alive_secs: 7, max_retained_messages: 2}\n", encoding="utf-8"
    )
    with Serving(*FREE, folder=tmp_path) as hub:
        client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, "c", protocol=mqtt.MQTTv5)
        told: list[Any] = []
        client.on_connect = lambda _c, _d, _f, _r, properties: told.append(properties)
        client.connect("127.0.0.1", hub.port("mqtt"), keepalive=60)
        while not told:
            client.loop(0.1)
        assert told[0].ServerKeepAlive == 7
        refused: list[Any] = []
        client.on_publish = lambda _c, _d, _m, reason, _p: refused.append(reason.is_failure)
        for number in range(3):
            client.publish(f"kept/{number}", "x", 1, retain=True)
        while len(refused) < 3:
            client.loop(0.1)
        assert refused == [False, False, True]
        client.disconnect()
        client.loop(0.1)
    (tmp_path / "mockforge.yaml").write_text(
        "mqtt: {enabled: true, enable_retained_messages: false}\n", encoding="utf-8"
    )
    with Serving(*FREE, folder=tmp_path) as hub:
        client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, "c", protocol=mqtt.MQTTv5)
        told.clear()
        client.on_connect = lambda _c, _d, _f, _r, properties: told.append(properties)
        client.connect("127.0.0.1", hub.port("mqtt"))
        while not told:
            client.loop(0.1)
        assert told[0].RetainAvailable == 0
        client.disconnect()
        client.loop(0.1)
