import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { Kafka, logLevel } from "kafkajs";
import mqtt from "mqtt";
import { startAlerts } from "./alerts.mjs";
import { startHub } from "./hub.mjs";

let hub, service, sensor, consumer;

before(async () => {
  hub = await startHub("--kafka-group-initial-rebalance-delay-ms", "0");
});
after(() => hub.stop());

beforeEach(async () => {
  await hub.reset();
  service = await startAlerts(hub);
  sensor = await mqtt.connectAsync(hub.mqtt);
  consumer = new Kafka({ brokers: [hub.kafka], logLevel: logLevel.NOTHING }).consumer({ groupId: "test" });
  await consumer.connect();
});
afterEach(async () => {
  await consumer.disconnect();
  await sensor.endAsync();
  await service.stop();
});

// The first so many alerts.
async function firstAlerts(count) {
  const found = [];
  await consumer.subscribe({ topic: "alerts", fromBeginning: true });
  await new Promise((resolve) =>
    consumer.run({
      eachMessage: async ({ message }) => {
        if (found.push(JSON.parse(message.value)) === count) resolve();
      },
    }),
  );
  return found;
}

test("what is too hot is told, and nothing else", async () => {
  await sensor.publishAsync("sensors/attic", '{"celsius": 29}', { qos: 1 });
  await sensor.publishAsync("sensors/oven", '{"celsius": 220}', { qos: 1 });
  assert.deepEqual(await firstAlerts(1), [{ sensor: "oven", celsius: 220 }]);
});

test("each test has a hub as new", async () => {
  await sensor.publishAsync("sensors/roof", '{"celsius": 31}', { qos: 1 });
  assert.deepEqual(await firstAlerts(1), [{ sensor: "roof", celsius: 31 }]);
});
