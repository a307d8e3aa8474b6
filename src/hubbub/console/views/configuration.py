"""What is set in this hub."""

from msgspec import Struct

from hubbub.console.office import Office
from hubbub.console.route import Asked
from hubbub.console.subject import Setting


class Configuration(Struct, frozen=True):
    """All options as they hold, in the order in which they are written down. Secrets that are set are not shown."""

    items: list[Setting]


def configuration(office: Office, asked: Asked) -> Configuration:  # noqa: ARG001 - a view's shape
    """The configuration in force."""
    return Configuration(list(office.hub.configuration()))
