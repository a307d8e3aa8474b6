"""Who may log in, and what for: passwords, virtual hosts, and patterns of names to configure, write to and read from."""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable
from enum import Enum
from functools import lru_cache
from typing import Final

from msgspec import Struct

from hubbub.protocols.amqp.options import AmqpOptions
from hubbub.protocols.amqp.wire.broken import Broken
from hubbub.protocols.amqp.wire.table import decode_entries

EVERYTHING: Final = ".*"


class Right(Enum):
    """What somebody wants to do with an exchange or queue."""

    CONFIGURE = "configure"
    WRITE = "write"
    READ = "read"


class Permission(Struct, frozen=True, gc=False):
    """Patterns of names, searched for as RabbitMQ does."""

    configure: str = EVERYTHING
    write: str = EVERYTHING
    read: str = EVERYTHING

    def allows(self, right: Right, name: str) -> bool:
        pattern = {Right.CONFIGURE: self.configure, Right.WRITE: self.write, Right.READ: self.read}[right]
        return pattern == EVERYTHING or compiled(pattern).search(name) is not None


@lru_cache(maxsize=256)
def compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


ALL: Final = Permission()


class Login(Struct, frozen=True, gc=False):
    """Somebody who may log in. ``digest`` is RabbitMQ's: a salt of four octets, then SHA-256 of salt and password."""

    name: str
    digest: bytes
    tags: tuple[str, ...] = ()
    permissions: dict[str, Permission] | None = None
    """By virtual host; None: everything everywhere."""

    @property
    def is_unrestricted(self) -> bool:
        return self.permissions is None

    def permission(self, realm: str) -> Permission | None:
        """What it may do there; None: it may not even enter."""
        return ALL if self.permissions is None else self.permissions.get(realm)

    def knows(self, password: bytes) -> bool:
        salt, wanted = self.digest[:4], self.digest[4:]
        return hmac.compare_digest(hashlib.sha256(salt + password).digest(), wanted)


def digest_of(password: str) -> bytes:
    """The stored form of a password that comes from our own settings; the salt adds nothing there."""
    salt = b"\x00\x00\x00\x00"
    return salt + hashlib.sha256(salt + password.encode()).digest()


def digest_from(text: str) -> bytes | None:
    """The stored form of a ``password_hash`` in a definitions file; None when it is none."""
    try:
        octets = base64.b64decode(text, validate=True)
    except binascii.Error:
        return None
    return octets if len(octets) == 36 else None


class Users:
    """The logins of one hub."""

    __slots__ = ("_by_name", "_first")

    def __init__(self, options: AmqpOptions) -> None:
        self._first = options.username
        self._by_name = {
            options.username: Login(options.username, digest_of(options.password), ("administrator",))
        }
        for user in options.users:
            rooms = dict.fromkeys(user.virtual_hosts, ALL) or None
            self.add(Login(user.name, digest_of(user.password), user.tags, rooms))

    def add(self, login: Login) -> None:
        self._by_name[login.name] = login

    def find(self, name: str) -> Login | None:
        return self._by_name.get(name)

    def anonymous(self) -> Login:
        """Who comes without saying a name."""
        return self._by_name[self._first]

    def plain(self, response: bytes) -> Login | None:
        """PLAIN: an authorisation id, the login and the password, with NULs before the last two."""
        parts = response.split(b"\0")
        return self._known(parts[1], parts[2]) if len(parts) == 3 else None

    def amqplain(self, response: bytes) -> Login | None:
        """AMQPLAIN: a field table without its length, with LOGIN and PASSWORD."""
        try:
            table = decode_entries(response, 0, len(response))
        except Broken:
            return None
        login, password = table.value("LOGIN"), table.value("PASSWORD")
        if isinstance(login, bytes) and isinstance(password, bytes):
            return self._known(login, password)
        return None

    def names(self) -> Iterable[str]:
        return self._by_name

    def _known(self, name: bytes, password: bytes) -> Login | None:
        login = self._by_name.get(name.decode(errors="replace"))
        return login if login is not None and login.knows(password) else None


NOBODY: Final = Login("", b"")
