// Two members share a topic; one leaves, the other takes all. Answers with who owned how many partitions in each settled state.
import { answer, client, task } from "./task.mjs";

const owned = new Map();
const waiting = [];

function settled(isSo) {
  return new Promise((done) => {
    waiting.push({ isSo, done });
    look();
  });
}

function look() {
  const counts = [...owned.values()].sort();
  for (const each of waiting.splice(0)) each.isSo(counts) ? each.done(counts) : waiting.push(each);
}

async function join(name) {
  const consumer = client(name).consumer({ groupId: task.group, heartbeatInterval: 50, maxWaitTimeInMs: 50, sessionTimeout: 6000 });
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    owned.set(name, (payload.memberAssignment[task.topic] ?? []).length);
    look();
  });
  await consumer.connect();
  await consumer.subscribe({ topic: task.topic, fromBeginning: true });
  await consumer.run({ eachMessage: async () => {} });
  return consumer;
}

const first = await join("first");
const alone = await settled((counts) => counts.join() === String(task.partitions));
const second = await join("second");
const shared = await settled((counts) => counts.join() === [task.partitions / 2, task.partitions / 2].join());
await second.disconnect();
owned.delete("second");
const left = await settled((counts) => counts.join() === String(task.partitions));
await first.disconnect();
answer({ alone, shared, left });
