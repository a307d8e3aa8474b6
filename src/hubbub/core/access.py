"""Who may do what. Every verb of every room asks here, once, by principal, operation and address.

An open door for now: users and permissions come with their own feature, and the rooms need not change for it.
"""

from enum import Enum

from msgspec import Struct


class Operation(Enum):
    """What a principal wants to do at an address."""

    READ = "read"
    WRITE = "write"
    CREATE = "create"
    DELETE = "delete"
    ALTER = "alter"
    DESCRIBE = "describe"


class Principal(Struct, frozen=True, gc=False):
    """Who is at the other end."""

    name: str = "anonymous"


ANONYMOUS = Principal()


class Access:
    """The hub's permissions."""

    __slots__ = ()

    def permits(self, principal: Principal, operation: Operation, address: str) -> bool:  # noqa: ARG002 - the open door
        """Whether ``principal`` may do this at ``address`` (the text form, or a room's own name of the place)."""
        return True
