"""Class connection: who is there, what both can take, where the client goes, and goodbye."""

from typing import Final

from hubbub.protocols.amqp.failures import Failed
from hubbub.protocols.amqp.guest.guest import Guest
from hubbub.protocols.amqp.guest.users import Login
from hubbub.protocols.amqp.session import Greeting, Refusal, State, Violation
from hubbub.protocols.amqp.wire.generated import methods as wire
from hubbub.protocols.amqp.wire.replies import Reply
from hubbub.protocols.amqp.wire.table import Table, table

CAPABILITIES: Final = {
    "publisher_confirms": True,
    "exchange_exchange_bindings": True,
    "basic.nack": True,
    "consumer_cancel_notify": True,
    "connection.blocked": True,
    "consumer_priorities": True,
    "authentication_failure_close": True,
    "per_consumer_qos": True,
    "direct_reply_to": True,
}
"""All of it happens here; what does not is not in it."""
LEAST_FRAME_MAX: Final = {False: 4096, True: 8192}


def properties_of(guest: Guest) -> Table:
    """What the server says of itself."""
    return table(
        {
            "capabilities": dict(CAPABILITIES),
            "cluster_name": "hubbub",
            "copyright": "MIT licence",
            "platform": "Python",
            "product": guest.options.product,
            "version": guest.options.product_version,
        }
    )


def greet(guest: Guest, call: Greeting) -> None:
    """The right first octets: say who we are."""
    guest.session.state = State.STARTING
    mechanisms = b"PLAIN AMQPLAIN ANONYMOUS" if guest.options.anonymous else b"PLAIN AMQPLAIN"
    guest.send(0, wire.ConnectionStart(0, 9, properties_of(guest), mechanisms, b"en_US"))


def turn_away(guest: Guest, call: Refusal) -> None:
    """Other first octets: say what we speak, and close."""
    guest.stream.out.append(call.answer)
    guest.release()
    guest.stream.close()


def start_ok(guest: Guest, call: wire.ConnectionStartOk) -> wire.ConnectionTune | None:
    """Log in. PLAIN, AMQPLAIN, and ANONYMOUS where it is offered."""
    guest.client = call.client_properties
    guest.mechanism = call.mechanism
    users = guest.premises.users
    login: Login | None
    match call.mechanism:
        case "PLAIN":
            login = users.plain(call.response)
        case "AMQPLAIN":
            login = users.amqplain(call.response)
        case "ANONYMOUS" if guest.options.anonymous:
            login = users.anonymous()
        case _:
            raise Failed(Reply.COMMAND_INVALID, f"unknown authentication mechanism '{call.mechanism}'")
    if login is None:
        refuse(guest)
        return None
    guest.login = login
    guest.session.state = State.TUNING
    options = guest.options
    return wire.ConnectionTune(
        options.max_channels_per_connection, options.frame_max, options.heartbeat_interval
    )


def refuse(guest: Guest) -> None:
    """A wrong login: 403 for clients that understand it, silence and a close after a pause for others."""
    text = f"Login was refused using authentication mechanism {guest.mechanism}. For details see the broker logfile."
    if guest.can("authentication_failure_close"):
        guest.close_connection(Reply.ACCESS_REFUSED, text, 0)
    else:
        guest.premises.failed(guest, Reply.ACCESS_REFUSED, text)
        guest.session.state = State.CLOSING
        guest.pulse.within(guest.options.refusal_pause, guest.stream.close)


def tune_ok(guest: Guest, call: wire.ConnectionTuneOk) -> None:
    """The client's limits: ours are the ceiling, and 0 means no limit, which is above any."""
    options = guest.options
    if not within(call.channel_max, options.max_channels_per_connection):
        raise not_tuned("channel_max", call.channel_max, options.max_channels_per_connection)
    if not within(call.frame_max, options.frame_max):
        raise not_tuned("frame_max", call.frame_max, options.frame_max)
    least = LEAST_FRAME_MAX[options.is_strict]
    if call.frame_max < least:
        text = f"negotiated frame_max = {call.frame_max} is lower than the minimum allowed value ({least})"
        raise Failed(Reply.NOT_ALLOWED, text)
    guest.session.frame_max = call.frame_max
    guest.session.channel_max = call.channel_max
    guest.session.state = State.OPENING
    guest.heartbeat = call.heartbeat


def within(asked: int, offered: int) -> bool:
    return 0 < asked <= offered


def not_tuned(what: str, asked: int, offered: int) -> Failed:
    word = "higher" if asked else "lower"
    bound = "maximum" if asked else "minimum"
    return Failed(
        Reply.NOT_ALLOWED, f"negotiated {what} = {asked} is {word} than the {bound} allowed value ({offered})"
    )


def open_realm(guest: Guest, call: wire.ConnectionOpen) -> wire.ConnectionOpenOk:
    """Enter a virtual host. 530 where there is none, or the user may not enter."""
    realm = guest.premises.realms.by_name.get(call.virtual_host)
    if realm is None:
        raise Failed(Reply.NOT_ALLOWED, f"vhost {call.virtual_host} not found")
    if guest.login.permission(realm.name) is None:
        text = f"access to vhost '{call.virtual_host}' refused for user '{guest.login.name}'"
        raise Failed(Reply.NOT_ALLOWED, text)
    guest.realm = realm
    guest.session.state = State.RUNNING
    guest.pulse.beat(guest.heartbeat)
    guest.premises.log.debug(
        "%s:%s is %r, user %r in virtual host %r",
        *guest.stream.peer,
        guest.client.value("product"),
        guest.login.name,
        realm.name,
    )
    return wire.ConnectionOpenOk()


def update_secret(guest: Guest, call: wire.ConnectionUpdateSecret) -> wire.ConnectionUpdateSecretOk:
    """Passwords do not expire here: any new secret is as good as the old one."""
    return wire.ConnectionUpdateSecretOk()


def close(guest: Guest, call: wire.ConnectionClose) -> None:
    """The client leaves: its exclusive queues go first, then it hears close-ok."""
    guest.release()
    guest.send(0, wire.ConnectionCloseOk())
    guest.stream.close()


def close_ok(guest: Guest, call: wire.ConnectionCloseOk) -> None:
    """The client agrees to a close that we began."""
    if guest.session.state in (State.CLOSING, State.DEAF):
        guest.release()
        guest.stream.close()


def violation(guest: Guest, call: Violation) -> None:
    """The client broke the protocol."""
    guest.close_connection(call.reply, call.text, call.index)
