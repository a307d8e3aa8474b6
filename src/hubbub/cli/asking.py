"""Options that many commands share, and names that may be given with a flag or without one."""

from typing import Final

import click

AS_JSON: Final = click.option("--json", "as_json", is_flag=True, help="One JSON object a line, on stdout.")
TIMEOUT: Final = click.option(
    "--timeout", metavar="S", type=click.FloatRange(min=0), help="Stop after S seconds in which nothing came."
)
COUNT: Final = click.option(
    "-c", "-n", "--count", metavar="N", type=click.IntRange(min=1), help="Stop after N."
)
PATIENCE: Final = click.option(
    "--connect-timeout",
    "patience",
    metavar="S",
    type=click.FloatRange(min=0.1),
    default=5.0,
    show_default=True,
    help="How long to wait for each answer of the broker.",
)
TLS_OPTIONS: Final = (
    click.option("--tls", "tls", is_flag=True, help="Encrypt the connection."),
    click.option("--tls-ca", metavar="FILE", default="", help="Trust these authorities, and no others."),
    click.option("--tls-cert", metavar="FILE", default="", help="The certificate to show."),
    click.option("--tls-key", metavar="FILE", default="", help="The certificate's key."),
    click.option("--tls-insecure", is_flag=True, help="Encrypt, and trust anybody."),
)


def one_name(argument: str | None, flag: str | None, spelling: str) -> str:
    """A name that was given once, as an argument or with its flag. Raises `click.UsageError`."""
    if argument is not None and flag is not None and argument != flag:
        raise click.UsageError(f"{argument!r} and {spelling} {flag!r}: name one thing at a time")
    name = argument if argument is not None else flag
    if name is None:
        raise click.UsageError(f"say which: as an argument, or with {spelling}")
    return name
