// amqplib against a hub: one conversation for each promise, told line by line on stdout.
const assert = require('assert');
const amqp = require('amqplib');

const url = process.argv[2];

async function consumed(channel, queue, count, options) {
  const seen = [];
  await new Promise((resolve, reject) => {
    channel.consume(queue, (message) => {
      if (message === null) return reject(new Error('cancelled'));
      seen.push(message);
      if (!options.noAck) channel.ack(message);
      if (seen.length === count) resolve();
    }, options).catch(reject);
  });
  return seen;
}

async function main() {
  const connection = await amqp.connect(url);
  assert.strictEqual(connection.connection.serverProperties.capabilities.publisher_confirms, true);

  const channel = await connection.createConfirmChannel();
  await channel.assertExchange('notifications', 'topic', { durable: true });
  const { queue } = await channel.assertQueue('email.queue', { durable: true });
  await channel.bindQueue(queue, 'notifications', 'notification.email.*');
  for (let i = 0; i < 100; i++) {
    channel.publish('notifications', 'notification.email.order', Buffer.from(`mail ${i}`), { persistent: true, headers: { i } });
  }
  await channel.waitForConfirms();
  await channel.prefetch(10);
  const mails = await consumed(channel, queue, 100, { noAck: false });
  assert.deepStrictEqual(mails.map((m) => m.content.toString()), [...Array(100).keys()].map((i) => `mail ${i}`));
  assert.strictEqual(mails[7].properties.headers.i, 7);
  console.log('published, confirmed and consumed');

  const returned = new Promise((resolve) => channel.once('return', resolve));
  channel.publish('notifications', 'nobody', Buffer.from('lost'), { mandatory: true });
  assert.strictEqual((await returned).content.toString(), 'lost');
  console.log('returned');

  const broken = await connection.createChannel();
  broken.on('error', () => {});
  await assert.rejects(broken.checkQueue('missing'), /404/);
  console.log('refused');

  const parked = await connection.createChannel();
  await parked.assertQueue('parked', { messageTtl: 50, deadLetterExchange: '', deadLetterRoutingKey: 'late' });
  await parked.assertQueue('late');
  parked.sendToQueue('parked', Buffer.from('too late'), { expiration: '10' });
  const [late] = await consumed(parked, 'late', 1, { noAck: true });
  assert.strictEqual(late.properties.headers['x-death'][0].reason, 'expired');
  console.log('died');

  await parked.assertExchange('all', 'fanout', { autoDelete: true });
  await parked.bindExchange('all', 'notifications', '#');
  const all = await parked.assertQueue('', { exclusive: true });
  await parked.bindQueue(all.queue, 'all', '');
  channel.publish('notifications', 'x.y', Buffer.from('through'));
  const [through] = await consumed(parked, all.queue, 1, { noAck: true });
  assert.strictEqual(through.fields.routingKey, 'x.y');
  console.log('chained');

  const cancelled = new Promise((resolve, reject) => {
    parked.consume('late', (message) => (message === null ? resolve() : reject(new Error('a message'))));
  });
  await channel.checkQueue('late');
  await channel.deleteQueue('late');
  await cancelled;
  console.log('cancelled');
  await connection.close();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
