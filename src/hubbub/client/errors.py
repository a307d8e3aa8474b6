"""What can go wrong, as one small tree. The text of each says what, where and what to do about it.

HubbubError
├── ConfigError      what was asked for cannot be; ``problems`` has one line for each thing to mend
├── StorageError     the directory, or the memory; ``errno`` where the system gave one, ``is_full``
├── NetworkError     a port, a host, a connection, a limit of connections, no answer in time
├── ProtocolError    a peer, or a batch, that broke the rules
├── RefusedError     the hub understood and said no
├── LateError        what was waited for did not come in time; a TimeoutError, too
└── MissedError      a view that may not lose anything has lost something
"""

import errno as codes


class HubbubError(Exception):
    """All of them."""


class ConfigError(HubbubError):
    """The settings cannot be used. ``problems`` are lines for people, one for each thing to mend."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class StorageError(HubbubError):
    """Something could not be kept, or the directory could not be used. ``errno`` is the system's number, 0 where it gave none."""

    def __init__(self, text: str, errno: int = 0, *, is_full: bool = False) -> None:
        super().__init__(text)
        self.errno = errno
        self.is_full = is_full or errno in (codes.ENOSPC, codes.EDQUOT)
        """Whether room is what is missing, on the disk or within the limits that were set."""


class NetworkError(HubbubError):
    """A port that cannot be had, a host that is not there, a connection that broke, an answer that did not come in time."""


class ProtocolError(HubbubError):
    """What came was not what the protocol allows."""


class RefusedError(HubbubError):
    """The hub, or a broker, said no."""


class LateError(HubbubError, TimeoutError):
    """What was waited for did not come in time."""


class MissedError(HubbubError):
    """More came than there was room for, so that nobody can say any more what has come. ``missed`` says how many."""

    def __init__(self, text: str, missed: int) -> None:
        super().__init__(text)
        self.missed = missed
