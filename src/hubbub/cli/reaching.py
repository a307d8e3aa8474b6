"""What stands between a command and a broker, said in one line with the address and what to do."""

import asyncio
import ssl
from contextlib import suppress
from pathlib import Path as File

from msgspec import Struct

from hubbub.cli.exits import Ends, Exit
from hubbub.cli.ready import bracketed


class Tls(Struct, frozen=True):
    """How to encrypt, and whom to trust."""

    wanted: bool = False
    authorities: str = ""
    certificate: str = ""
    key: str = ""
    is_insecure: bool = False

    def context(self) -> ssl.SSLContext | None:
        """What the libraries want; none for a connection in the clear. Ends the command when a file cannot be used."""
        if not (self.wanted or self.authorities or self.certificate or self.is_insecure):
            return None
        try:
            made = ssl.create_default_context(cafile=self.authorities or None)
            if self.certificate:
                made.load_cert_chain(self.certificate, self.key or None)
        except OSError as error:
            named = ", ".join(filter(None, (self.authorities, self.certificate, self.key)))
            raise Ends(Exit.USAGE, [f"TLS: {named} cannot be used: {error.strerror or error}"]) from None
        if self.is_insecure:
            made.check_hostname = False
            made.verify_mode = ssl.CERT_NONE
        return made


class Peer(Struct, frozen=True):
    """Whom the command talks to."""

    what: str
    """``a Kafka broker``"""
    host: str
    port: int
    remedy: str
    """What to do when nobody is there."""

    def __str__(self) -> str:
        return f"{bracketed(self.host)}:{self.port}"


async def unreachable(peers: list[Peer], seconds: float, tls: Tls, said: str = "") -> Ends:
    """Look once more, at the connection alone, and say why it does not work. ``said``: what the library had to say."""
    lines = []
    for peer in peers:
        why = await why_not(peer.host, peer.port, seconds, tls.context())
        if why:
            lines.append(f"no {peer.what.split(' ', 1)[1]} at {peer}: {why}; {peer.remedy}")
        else:
            heard = f": {said}" if said else ""
            lines.append(
                f"{peer} is there, but does not answer as {peer.what} should{heard}; check the port, and TLS and user if it wants them"
            )
    return Ends(Exit.UNREACHABLE, lines)


async def why_not(host: str, port: int, seconds: float, context: ssl.SSLContext | None) -> str:
    """Why nobody can be connected to there; "" when one can."""
    try:
        async with asyncio.timeout(seconds):
            _, writer = await asyncio.open_connection(host, port, ssl=context)
    except TimeoutError:
        return f"nothing was heard for {seconds:g} s"
    except OSError as error:
        return reason(error)
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return ""


def reason(error: OSError) -> str:
    """An error of the system's in a few words."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not to be trusted: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return f"TLS fails: {(error.reason or str(error)).replace('_', ' ').lower()}"
    if isinstance(error, ConnectionRefusedError) or "Connect call failed" in str(error):
        return "connection refused"
    return (error.strerror or str(error)).lower()


def server(text: str, default_port: int, flag: str) -> tuple[str, int]:
    """Host and port of ``host:port``, ``host``, ``[::1]:9092`` or ``:9092``. Ends the command where it is none of these."""
    plain = text.strip().partition("://")[2] or text.strip()
    plain = plain.rstrip("/")
    if plain.startswith("["):
        host, _, rest = plain[1:].partition("]")
        port = rest.removeprefix(":")
    elif plain.count(":") > 1:
        host, port = plain, ""
    else:
        host, _, port = plain.partition(":")
    if port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise Ends(Exit.USAGE, [f"{flag}: {text!r} is no host:port"])
    return host or "localhost", int(port) if port else default_port


def read_secret(text: str) -> str:
    """A password as it was given; ``@file`` reads the first line of a file, so that it is in no list of processes."""
    if not text.startswith("@"):
        return text
    try:
        return File(text[1:]).read_text(encoding="utf-8").partition("\n")[0]
    except OSError as error:
        raise Ends(Exit.USAGE, [f"--password: {text[1:]} cannot be read: {reason(error)}"]) from None
