"""Classes channel and access: opening, closing, flow, and tickets that mean nothing."""

from hubbub.protocols.amqp.delivery.channel import Channel
from hubbub.protocols.amqp.failures import unmet, unsupported
from hubbub.protocols.amqp.guest.guest import Guest
from hubbub.protocols.amqp.session import Oversized
from hubbub.protocols.amqp.wire.generated import methods as wire


def open_channel(guest: Guest, call: wire.ChannelOpen) -> wire.ChannelOpenOk:
    """A new channel; the session has seen to it that there is none of this number."""
    number = guest.session.channel
    guest.session.open_channel(number)
    channel = Channel(
        number,
        guest.stream,
        guest.premises.turn,
        guest.session.frame_max,
        guest.terms,
        tells_cancels=guest.can("consumer_cancel_notify"),
    )
    channel.is_blocked = not guest.stream.is_writable
    guest.channels[number] = channel
    return wire.ChannelOpenOk()


def flow(guest: Guest, call: wire.ChannelFlow) -> wire.ChannelFlowOk:
    """Deliveries cannot be paused this way (nor can they in RabbitMQ): prefetch is there for that."""
    if not call.active:
        raise unsupported("active=false")
    return wire.ChannelFlowOk(True)


def close(guest: Guest, call: wire.ChannelClose) -> wire.ChannelCloseOk:
    """The client closes, perhaps at the same time as we do. The number may be opened again at once."""
    number = guest.session.channel
    if number in guest.channels:
        guest.close_channel(number)
        guest.session.forget_channel(number)
    return wire.ChannelCloseOk()


def close_ok(guest: Guest, call: wire.ChannelCloseOk) -> None:
    """The client agrees to a close that we began."""
    guest.session.forget_channel(guest.session.channel)


def request(guest: Guest, call: wire.AccessRequest) -> wire.AccessRequestOk:
    """Tickets are long gone; old clients still ask."""
    return wire.AccessRequestOk(1)


def oversized(guest: Guest, call: Oversized) -> None:
    """A message larger than is taken."""
    raise unmet(call.text)
