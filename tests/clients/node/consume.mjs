// As the only member of a group: read so many messages, commit behind them, leave.
import { answer, client, encode, task } from "./task.mjs";

const consumer = client().consumer({ groupId: task.group, maxWaitTimeInMs: 50, heartbeatInterval: 100 });
const seen = [];
await consumer.connect();
await consumer.subscribe({ topic: task.topic, fromBeginning: true });
await new Promise((enough, failed) => {
  consumer.on(consumer.events.CRASH, ({ payload }) => failed(payload.error));
  consumer
    .run({
      autoCommit: false,
      eachMessage: async ({ partition, message }) => {
        if (seen.length === task.count) return;
        seen.push({
          partition,
          offset: Number(message.offset),
          timestamp: Number(message.timestamp),
          key: encode(message.key),
          value: encode(message.value),
          headers: Object.fromEntries(Object.entries(message.headers).map(([name, octets]) => [name, encode(octets)])),
        });
        if (seen.length === task.count) enough();
      },
    })
    .catch(failed);
});
const ends = new Map(seen.map(({ partition, offset }) => [partition, offset + 1]));
await consumer.commitOffsets([...ends].map(([partition, offset]) => ({ topic: task.topic, partition, offset: String(offset) })));
await consumer.disconnect();
answer({ messages: seen });
