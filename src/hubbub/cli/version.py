"""`hubbub version`."""

import platform
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of

import click
import msgspec

from hubbub.version import __version__


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def version(*, as_json: bool) -> None:
    """Say which version this is, and on what it runs."""
    facts = {
        "hubbub": __version__,
        "python": platform.python_version(),
        "loop": event_loop(),
        "platform": platform.system(),
        "machine": platform.machine(),
    }
    if as_json:
        click.echo(msgspec.json.encode(facts))
    else:
        rest = f"Python {facts['python']}, {facts['loop']}, {facts['platform']} {facts['machine']}"
        click.echo(f"hubbub {facts['hubbub']} ({rest})")


def event_loop() -> str:
    """The event loop that `serve` would use."""
    try:
        return f"uvloop {version_of('uvloop')}"
    except PackageNotFoundError:
        return "asyncio"
