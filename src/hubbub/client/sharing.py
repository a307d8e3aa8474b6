"""How a `Consumer` hears that its group divides the partitions anew."""

from collections.abc import Awaitable, Callable, Iterable

from aiokafka import ConsumerRebalanceListener, TopicPartition


class Sharing(ConsumerRebalanceListener):  # type: ignore[misc]  # the library has no types
    """``give_up`` is called before partitions go to somebody else."""

    def __init__(self, give_up: Callable[[set[TopicPartition]], Awaitable[None]]) -> None:
        self._give_up = give_up

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]  # it may be either
        """The library's name."""
        await self._give_up(set(revoked))

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Reading goes on by itself."""
