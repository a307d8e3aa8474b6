"""What machines are called: addresses, domains, files, colours."""

from typing import Final

from hubbub.templates import draws
from hubbub.templates.faker.people import DOMAINS
from hubbub.templates.faker.words import listed, mime_types
from hubbub.templates.scope import Scope
from hubbub.templates.signature import Draw, Function

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
    return draws.picked(mime_types())


def _color() -> Draw:
    return draws.changed(draws.picked(listed("text", "color")), str.lower)


def _rgb() -> Draw:
    return lambda scope: f"#{scope.bits(24):06x}"


def _version() -> Draw:
    return draws.joined("%s.%s.%s", draws.whole(0, 9), draws.whole(0, 20), draws.whole(0, 50))


NETWORK: Final = (
    Function(name="faker.ip", make=_ip, about="An IPv4 address of a private network.", example="faker.ip"),
    Function(
        name="faker.ipv6",
        make=_ipv6,
        about="An IPv6 address that is kept for documents.",
        example="faker.ipv6",
    ),
    Function(name="faker.mac", make=_mac, about="The address of a network card.", example="faker.mac"),
    Function(name="faker.port", make=_port, about="A port that needs no rights.", example="faker.port"),
    Function(
        name="faker.domain", make=_domain, about="Below a domain that is nobody's.", example="faker.domain"
    ),
    Function(name="faker.url", make=_url, about="An address there.", example="faker.url"),
    Function(
        name="faker.avatar", make=_avatar, about="The address of a picture there.", example="faker.avatar"
    ),
    Function(name="faker.hostname", make=_host, about="As in worker-7.", example="faker.hostname"),
    Function(name="faker.httpMethod", make=_method, about="As in POST.", example="faker.httpMethod"),
    Function(name="faker.httpStatus", make=_status, about="As in 404.", example="faker.httpStatus"),
    Function(name="faker.fileName", make=_file_name, about="As in report.pdf.", example="faker.fileName"),
    Function(name="faker.mimeType", make=_mime_type, about="As in text/csv.", example="faker.mimeType"),
    Function(name="faker.color", make=_color, about="A colour's name.", example="faker.color"),
    Function(name="faker.rgb", make=_rgb, about="As in #1a2b3c.", example="faker.rgb"),
    Function(name="faker.semver", make=_version, about="A version, as in 1.4.2.", example="faker.semver"),
)
