// A hub for tests: `hubbub serve --json` on free ports. It prints one line of JSON when it listens.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

const FREE = ["kafka", "mqtt", "mqtt-websocket", "amqp", "admin"].flatMap((each) => [`--${each}-port`, "0"]);

export async function startHub(...flags) {
  const child = spawn("hubbub", ["serve", "--json", ...FREE, ...flags], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, "line"), ended.then(() => undefined)]);
  if (first === undefined) throw new Error("the hub did not start");
  const { ports } = JSON.parse(first[0]);
  return {
    kafka: `127.0.0.1:${ports.kafka}`,
    mqtt: `mqtt://127.0.0.1:${ports.mqtt}`,
    amqp: `amqp://127.0.0.1:${ports.amqp}`,
    // As new, on the same ports. Clients are disconnected: reset before they connect.
    async reset() {
      const answer = await fetch(`http://127.0.0.1:${ports.admin}/api/v1/reset`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: "{}",
      });
      if (!answer.ok) throw new Error(await answer.text());
    },
    async stop() {
      child.kill();
      await ended;
    },
  };
}
