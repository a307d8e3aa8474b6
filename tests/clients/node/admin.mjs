// What an administrator does in a day, at a hub where the group `auditors` has read of the topic `audited`.
import { answer, client, ConfigResourceTypes, task } from "./task.mjs";

const admin = client().admin();
const outcome = {};
const topic = "ledger";
const noon = Date.now();
const resource = { type: ConfigResourceTypes.TOPIC, name: topic };
await admin.connect();
outcome.created = await admin.createTopics({
  topics: [{ topic, numPartitions: 4, configEntries: [{ name: "retention.ms", value: "12345" }] }],
});
outcome.createdAgain = await admin.createTopics({ topics: [{ topic, numPartitions: 4 }] });
outcome.topics = await admin.listTopics();
await admin.createPartitions({ topicPartitions: [{ topic, count: 6 }] });
const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
outcome.partitions = topics[0].partitions.length;
const retention = async () => {
  const { resources } = await admin.describeConfigs({ resources: [{ ...resource, configNames: ["retention.ms"] }] });
  return resources[0].configEntries[0].configValue;
};
outcome.retention = await retention();
await admin.alterConfigs({ resources: [{ ...resource, configEntries: [{ name: "retention.ms", value: "54321" }] }] });
outcome.altered = await retention();
const producer = client().producer();
await producer.connect();
await producer.send({ topic, messages: [1, 2, 3, 4, 5].map((n) => ({ partition: 0, value: String(n), timestamp: String(noon + n) })) });
await producer.disconnect();
const first = ({ offset, high, low }) => ({ offset, high, low });
outcome.offsets = first((await admin.fetchTopicOffsets(topic)).find((each) => each.partition === 0));
outcome.atThree = (await admin.fetchTopicOffsetsByTimestamp(topic, noon + 3)).find((each) => each.partition === 0).offset;
outcome.committed = (await admin.fetchOffsets({ groupId: "auditors", topics: ["audited"] }))[0].partitions.find((each) => each.partition === 0).offset;
outcome.groups = (await admin.listGroups()).groups.map((each) => each.groupId);
outcome.state = (await admin.describeGroups(["auditors"])).groups[0].state;
outcome.groupDeleted = (await admin.deleteGroups(["auditors"]))[0].errorCode;
await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: "4" }] });
outcome.trimmed = first((await admin.fetchTopicOffsets(topic)).find((each) => each.partition === 0));
const cluster = await admin.describeCluster();
outcome.brokers = cluster.brokers.map((each) => `${each.nodeId}@${each.host}:${each.port}`);
await admin.deleteTopics({ topics: [topic] });
outcome.left = await admin.listTopics();
await admin.disconnect();
answer(outcome);
