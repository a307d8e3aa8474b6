// Send messages in one go; answer with each partition's base offset.
import { answer, client, CompressionTypes, decode, task } from "./task.mjs";

const producer = client().producer({ idempotent: task.idempotent ?? false, allowAutoTopicCreation: true });
await producer.connect();
try {
  const sent = await producer.send({
    topic: task.topic,
    acks: task.acks ?? -1,
    compression: CompressionTypes[task.compression ?? "None"],
    messages: task.messages.map(({ partition, key, value, headers, timestamp }) => ({
      partition,
      key: decode(key),
      value: decode(value),
      headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, decode(text)])),
      timestamp: String(timestamp),
    })),
  });
  answer({ offsets: Object.fromEntries(sent.map((each) => [each.partition, Number(each.baseOffset)])) });
} catch (error) {
  answer({ error: (error.cause ?? error).type ?? error.name });
} finally {
  await producer.disconnect();
}
