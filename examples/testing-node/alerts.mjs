// The service under test: temperatures come by MQTT, and those that are too high go to Kafka.
import { Kafka, logLevel } from "kafkajs";
import mqtt from "mqtt";

export const LIMIT = 30;

export async function startAlerts({ kafka, mqtt: url }) {
  const producer = new Kafka({ brokers: [kafka], logLevel: logLevel.NOTHING }).producer();
  await producer.connect();
  const client = await mqtt.connectAsync(url);
  client.on("message", async (topic, payload) => {
    const { celsius } = JSON.parse(payload);
    if (celsius > LIMIT) {
      const sensor = topic.split("/")[1];
      await producer.send({ topic: "alerts", messages: [{ key: sensor, value: JSON.stringify({ sensor, celsius }) }] });
    }
  });
  await client.subscribeAsync("sensors/+", { qos: 1 });
  return {
    async stop() {
      await client.endAsync();
      await producer.disconnect();
    },
  };
}
