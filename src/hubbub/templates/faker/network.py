"""What machines are called: addresses, domains, files, colours."""

from typing import Final

from hubbub.templates import draws
from hubbub.templates.faker.codes import MIME_TYPES
from hubbub.templates.faker.people import DOMAINS
from hubbub.templates.faker.words import listed
from hubbub.templates.scope import Scope
from hubbub.templates.signature import Draw, Function, Known

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
STATUSES: Final = (200, 201, 202, 204, 301, 302, 304, 400, 401, 403, 404, 409, 422, 429, 500, 502, 503, 504)
EXTENSIONS: Final = ("csv", "json", "log", "pdf", "png", "txt", "xml", "zip")


def _ip() -> Draw:
    """Of the private range 10/8, where nobody else lives."""

    def draw(scope: Scope) -> str:
        bits = scope.bits(24)
        return f"10.{bits >> 16}.{bits >> 8 & 255}.{bits & 255}"

    return draw


def _ipv6() -> Draw:
    """Of 2001:db8::/32, which is kept for documents."""
    return lambda scope: "2001:db8:" + ":".join([f"{scope.bits(16):x}" for _ in range(6)])


def _mac() -> Draw:
    """Locally administered."""
    return lambda scope: (scope.bits(48) & ~(3 << 40) | 2 << 40).to_bytes(6, "big").hex(":")


def _port() -> Draw:
    return draws.whole(1024, 65535)


def _word() -> Draw:
    return draws.picked([word for word in listed("text", "words") if word.isascii() and word.isalpha()])


def _domain() -> Draw:
    return draws.joined("%s.%s", _word(), draws.picked(DOMAINS))


def _url() -> Draw:
    return draws.joined("https://%s/%s", _domain(), _word())


def _avatar() -> Draw:
    return draws.joined(
        "https://%s/avatars/%s.png", draws.picked(DOMAINS), draws.characters(draws.HEXADECIMAL, 8)
    )


def _host() -> Draw:
    return draws.joined(
        "%s-%s", draws.picked(("api", "app", "cache", "db", "edge", "web", "worker")), draws.whole(1, 99)
    )


def _method() -> Draw:
    return draws.picked(METHODS)


def _status() -> Draw:
    return draws.picked(STATUSES)


def _file_name() -> Draw:
    return draws.joined("%s.%s", _word(), draws.picked(EXTENSIONS))


def _mime_type() -> Draw:
    return draws.picked(MIME_TYPES)


def _color() -> Draw:
    return draws.changed(draws.picked(listed("text", "color")), str.lower)


def _rgb() -> Draw:
    return lambda scope: f"#{scope.bits(24):06x}"


def _version() -> Draw:
    return draws.joined("%s.%s.%s", draws.whole(0, 9), draws.whole(0, 20), draws.whole(0, 50))


NETWORK: Final = (
    Function("faker.ip", _ip, "An IPv4 address of a private network.", "faker.ip", gives=Known.PLAIN),
    Function("faker.ipv6", _ipv6, "An IPv6 address that is kept for documents.", "faker.ipv6", gives=Known.PLAIN),
    Function("faker.mac", _mac, "The address of a network card.", "faker.mac", gives=Known.PLAIN),
    Function("faker.port", _port, "A port that needs no rights.", "faker.port", gives=Known.NUMBER),
    Function("faker.domain", _domain, "Below a domain that is nobody's.", "faker.domain", gives=Known.PLAIN),
    Function("faker.url", _url, "An address there.", "faker.url", gives=Known.PLAIN),
    Function("faker.avatar", _avatar, "The address of a picture there.", "faker.avatar", gives=Known.PLAIN),
    Function("faker.hostname", _host, "As in worker-7.", "faker.hostname", gives=Known.PLAIN),
    Function("faker.httpMethod", _method, "As in POST.", "faker.httpMethod", gives=Known.PLAIN),
    Function("faker.httpStatus", _status, "As in 404.", "faker.httpStatus", gives=Known.NUMBER),
    Function("faker.fileName", _file_name, "As in report.pdf.", "faker.fileName", gives=Known.PLAIN),
    Function("faker.mimeType", _mime_type, "As in text/csv.", "faker.mimeType", gives=Known.PLAIN),
    Function("faker.color", _color, "A colour's name.", "faker.color", gives=Known.PLAIN),
    Function("faker.rgb", _rgb, "As in #1a2b3c.", "faker.rgb", gives=Known.PLAIN),
    Function("faker.semver", _version, "A version, as in 1.4.2.", "faker.semver", gives=Known.PLAIN),
)  # fmt: skip
