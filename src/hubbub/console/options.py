"""What can be set about the admin API."""

from typing import Annotated, Final

from msgspec import Meta, Struct

ADMIN_PORT: Final = 9080


class AdminOptions(Struct, frozen=True):
    """The admin API: status, browsing, publishing, metrics and health over HTTP."""

    enabled: Annotated[bool, Meta(description="Whether there is an admin API.")] = True
    host: Annotated[
        str,
        Meta(
            description="The name or address that the admin API listens on, whatever `host` says. On any other than this machine's own it asks for a token."
        ),
    ] = "localhost"
    port: Annotated[
        int,
        Meta(
            description="The admin API's port; 0 is any free one, and so is the default where all protocols have 0.",
            ge=0,
            le=65535,
        ),
    ] = ADMIN_PORT
    token: Annotated[
        str,
        Meta(
            description="What callers must show, as `Authorization: Bearer TOKEN`; metrics and health need none. Without it, one is made at start "
            "and shown, where the admin API listens for other machines; on this machine alone nobody is asked.",
            extra={"secret": True},
        ),
    ] = ""
    allowed_hosts: Annotated[
        tuple[str, ...],
        Meta(
            description="Names under which callers may know this machine, besides `localhost` and addresses. A caller that shows a token may use any."
        ),
    ] = ()
