"""`hubbub reset`: a hub that runs is as new."""

import sys

import click
from msgspec import Struct

from hubbub.cli.exits import Ends, Exit, talk
from hubbub.cli.hubs import V1, hub_at, of_a_hub
from hubbub.cli.web import decoded


class Kept(Struct, frozen=True):
    """What must be known first."""

    is_lasting: bool


@click.command()
@of_a_hub
@click.option("-y", "--yes", is_flag=True, help="Do not ask, even where a data directory is emptied.")
def reset(admin_url: str, admin_token: str, *, yes: bool) -> None:
    """Let a hub be as new.

    It keeps its ports. All records, topics, groups, sessions and queues are forgotten. What its settings declare is there again. Clients are disconnected, and may come again at once.
    """
    site = hub_at(admin_url, admin_token, seconds=60)
    if decoded(site, site.get(f"{V1}/status"), Kept).is_lasting and not yes:
        if not sys.stdin.isatty():
            raise Ends(Exit.USAGE, ["this hub keeps its data on disk; say --yes if all of it shall go"])
        click.confirm("This hub keeps its data on disk. Shall all of it go?", abort=True, err=True)
    site.ask("POST", f"{V1}/reset", {})
    talk("the hub is as new")
