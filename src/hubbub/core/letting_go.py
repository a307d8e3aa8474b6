"""Letting go of a core that nobody uses any more, in small steps: to free ten thousand topics at once would stop the loop.

For engines that hold nothing beyond the process. What is said here is never committed, because nobody waits for it.
"""

from collections.abc import Iterator

from hubbub.core.broker import Broker
from hubbub.core.commit import Commit
from hubbub.core.topics import log_name


def letting_go(broker: Broker) -> Iterator[None]:
    """Each step frees a little; after the last one the engine is closed."""
    engine, nobodys = broker.engine, Commit()
    topics = broker.topics.take_apart()
    while topics:
        topic = topics.pop()
        for partition in topic.partitions:
            engine.drop(log_name(topic.id, partition.index), nobodys)
        yield
    for realm in broker.realms.by_name.values():
        queues = list(realm.queues.values())
        realm.queues.clear()
        while queues:
            queue = queues.pop()
            queue.inbound.clear()
            queue.purge()  # in slices of its own
            yield
    for space in broker.live.spaces.values():
        kept = space.retained.take_apart()
        while kept:
            del kept[-10:]
            yield
    engine.close()
