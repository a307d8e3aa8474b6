// rascal, which lays its own topology and recovery on amqplib: its defaults, a publication with confirms, a retry by way of a
// delayed requeue, and a message that ends in the dead letter queue. Told line by line on stdout.
const assert = require('assert');
const { BrokerAsPromised } = require('rascal');

const config = {
  vhosts: {
    '/': {
      connection: { url: process.argv[2] },
      exchanges: ['orders', 'dead', 'delay'],
      queues: {
        work: { options: { arguments: { 'x-dead-letter-exchange': 'dead', 'x-dead-letter-routing-key': 'gone' } } },
        graves: {},
        later: { options: { arguments: { 'x-message-ttl': 10, 'x-dead-letter-exchange': 'orders' } } },
      },
      bindings: ['orders[order.*] -> work', 'dead[gone] -> graves', 'delay[order.*] -> later'],
      publications: {
        order: { exchange: 'orders', routingKey: 'order.new', confirm: true },
        delayed: { exchange: 'delay', routingKey: 'order.new', confirm: true },
      },
      subscriptions: { work: { queue: 'work', prefetch: 5 }, graves: { queue: 'graves' } },
    },
  },
};

const event = (emitter, name) => new Promise((resolve) => emitter.once(name, resolve));

async function main() {
  const broker = await BrokerAsPromised.create(config);
  broker.on('error', (error) => { throw error; });
  console.log('connected');

  const work = await broker.subscribe('work');
  const seen = [];
  const done = new Promise((resolve) => {
    work.on('message', (message, content, ackOrNack) => {
      seen.push(content);
      if (content.n === 'bad') return ackOrNack(new Error('no'), { strategy: 'nack' });
      if (content.n === 5 && seen.filter((each) => each.n === 5).length === 1) {
        return ackOrNack(new Error('again'), { strategy: 'nack', requeue: true, defer: 5 });
      }
      ackOrNack();
      if (content.n === 'late') resolve();
    });
  });
  for (let n = 0; n < 20; n += 1) await event(await broker.publish('order', { n }), 'success');
  console.log('confirmed');

  const graves = await broker.subscribe('graves');
  const buried = new Promise((resolve) => graves.on('message', (message, content, ackOrNack) => {
    ackOrNack();
    resolve();
  }));
  await event(await broker.publish('order', { n: 'bad' }), 'success');
  await buried;
  console.log('buried');

  await event(await broker.publish('delayed', { n: 'late' }), 'success');
  await done;
  assert.strictEqual(seen.filter((each) => each.n === 5).length, 2);
  assert.strictEqual(seen.length, 23);
  console.log('retried');
  await broker.shutdown();
  console.log('shut down');
}

main().catch((error) => { console.error(error); process.exit(1); });
