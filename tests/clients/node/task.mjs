// What all scripts here share: the task comes as one JSON argument, the outcome goes as one JSON line to stdout.
import kafkajs from "kafkajs";

export const { CompressionTypes, ConfigResourceTypes } = kafkajs;
export const task = JSON.parse(process.argv[2]);

export function client(clientId = "hubbub-tests") {
  const retry = { retries: 3, initialRetryTime: 20 };
  return new kafkajs.Kafka({ clientId, brokers: [task.address], logLevel: kafkajs.logLevel.NOTHING, retry });
}

export function answer(outcome) {
  process.stdout.write(JSON.stringify(outcome) + "\n");
}

// base64 carries any octets; null stays null, so that nothing is not the same as empty
export const encode = (octets) => (octets === null || octets === undefined ? null : octets.toString("base64"));
export const decode = (text) => (text === null ? null : Buffer.from(text, "base64"));
