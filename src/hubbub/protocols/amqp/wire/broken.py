"""The wire's one error: a `Malformed` that knows which reply code the peer must hear."""

from hubbub.octets.malformed import Malformed
from hubbub.protocols.amqp.wire.replies import Reply


class Broken(Malformed):
    """Bytes that break AMQP 0-9-1. ``reply`` is the code for connection.close (specification 1.2, reply codes)."""

    def __init__(self, reason: str, position: int = -1, reply: Reply = Reply.FRAME_ERROR) -> None:
        super().__init__(reason, position)
        self.reply = reply
