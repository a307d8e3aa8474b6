"""What a service manager is told of the hub: that it is ready, that it stops. The protocol is sd_notify(3) of systemd.

A datagram to the socket that ``$NOTIFY_SOCKET`` names. Where there is none, nobody asked.
"""

import socket
from collections.abc import Mapping
from typing import Final

from hubbub.cli.exits import talk

VARIABLE: Final = "NOTIFY_SOCKET"
READY: Final = "READY=1"
STOPPING: Final = "STOPPING=1"


def tell(environ: Mapping[str, str], state: str) -> None:
    """Say so. A manager that cannot be told is no reason to stop, but for a line."""
    name = environ.get(VARIABLE, "")
    if not name:
        return
    address = f"\0{name[1:]}" if name.startswith("@") else name  # abstract: a name without a file
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.setblocking(False)  # one that listens no more must not hold the hub
            sender.connect(address)
            sender.send(state.encode())
    except (AttributeError, OSError) as error:  # Windows has no such sockets
        talk(f"warning: ${VARIABLE} is {name}, which cannot be told {state}: {error}")
