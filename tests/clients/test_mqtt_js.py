"""MQTT.js as it comes, over TCP and over WebSocket."""

from typing import Any

import pytest

from tests.clients import javascript

SCRIPT = """
const mqtt = require('mqtt')
const [url, version] = process.argv.slice(1)
const client = mqtt.connect(url, { protocolVersion: Number(version), protocolId: version == 3 ? 'MQIsdp' : 'MQTT', clientId: 'js' })
const seen = []
client.on('error', error => { console.error(error); process.exit(1) })
client.on('connect', () => client.subscribe('js/#', { qos: 2 }, () => {
  client.publish('js/0', 'a', { qos: 0 })
  client.publish('js/1', 'b', { qos: 1, retain: true })
  client.publish('js/2', 'c', { qos: 2 })
}))
client.on('message', (topic, payload, packet) => {
  seen.push([topic, payload.toString(), packet.qos])
  if (seen.length === 3) client.end(false, () => console.log(JSON.stringify(seen.sort())))
})
"""


@pytest.mark.row("MF-105")
@pytest.mark.parametrize("version", [3, 4, 5])
@pytest.mark.parametrize(("scheme", "place"), [("mqtt", "mqtt"), ("ws", "mqtt-websocket")])
def test_mqtt_js_publishes_and_hears(hub: Any, scheme: str, place: str, version: int) -> None:
    out = javascript.run(SCRIPT, f"{scheme}://127.0.0.1:{hub.port(place)}/mqtt", str(version))
    assert out.strip() == '[["js/0","a",0],["js/1","b",1],["js/2","c",2]]'
