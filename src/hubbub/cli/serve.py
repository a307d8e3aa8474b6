"""`hubbub serve`: a hub in this process, until it is told to stop."""

import errno
import gc
import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path as File
from typing import TYPE_CHECKING

import click

from hubbub.cli.exits import Ends, Exit
from hubbub.cli.flags import CONFIG_HELP, SettingsCommand, given, settings_of
from hubbub.settings import Settings
from hubbub.settings.options import Path, options
from hubbub.settings.wording import value_of

if TYPE_CHECKING:
    from hubbub.app import Listening, NoPlace

LOG_LEVEL: Path = ("log", "level")


@click.command(cls=SettingsCommand)
@click.option("-c", "--config", "file", metavar="FILE", help=CONFIG_HELP)
@click.option("-v", "--verbose", is_flag=True, help="Show debugging lines: --log-level debug.")
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="When ready, print one JSON object on stdout, and no lines for people.",
)
@click.option(
    "--ready-file",
    metavar="FILE",
    type=click.Path(path_type=File),
    help="When ready, write that object to FILE; it goes when the hub stops.",
)
def serve(file: str | None, ready_file: File | None, *, verbose: bool, as_json: bool, **flags: object) -> int:
    """Run a hub in this terminal.

    Every setting has a flag here, a key in the configuration file and a variable in the environment. A flag wins over
    the environment, that over the file. Port 0 takes any free one. Stop it with Ctrl-C or SIGTERM: connections are given
    time to finish; a second time stops it at once.
    """
    chosen: dict[Path, str | bool] = dict(given(flags))
    if verbose:
        chosen.setdefault(LOG_LEVEL, "debug")
    settings = settings_of(file, chosen).settings
    return run(settings, ready_file, as_json=as_json)


def run(settings: Settings, ready_file: File | None, *, as_json: bool) -> Exit:
    """Start it, say so, and stay until told to stop."""
    # what is made from here to the ready line lives as long as the hub: to look for garbage in it costs a tenth of the start
    gc.disable()
    # not at the top: `hubbub serve --help` and a mistake in the settings need no hub
    from hubbub.app import CannotOpen, Hub, NoPlace
    from hubbub.cli import container, ready, supervisor
    from hubbub.cli.lifetime import live
    from hubbub.core.errors import Invalid
    from hubbub.documents.problems import BadDocument
    from hubbub.observe import logs

    marker = ready.ReadyFile(ready_file) if ready_file else None
    logs.set_up(settings.log)

    def on_ready(listening: "Sequence[Listening]") -> None:
        if all(each.protocol == "admin" for each in listening):
            raise Ends(
                Exit.USAGE, ["every protocol is switched off, so there is nothing to serve; switch one on"]
            )
        gc.freeze()
        gc.enable()
        if container.is_contained(os.environ):
            container.advise(settings)
        if marker:
            marker.write(ready.as_json(listening, hub.admin_token))
        ready.announce(listening, hub.admin_token, to_program=as_json)
        supervisor.tell(os.environ, supervisor.READY)

    hub = Hub(settings)
    try:
        return live(
            hub, settings.drain_seconds, on_ready, partial(supervisor.tell, os.environ, supervisor.STOPPING)
        )
    except NoPlace as error:
        raise Ends(
            Exit.CANNOT_LISTEN, [f"cannot listen: {error.strerror or error}; {advice(error, settings)}"]
        ) from None
    except CannotOpen as error:
        raise Ends(Exit.NO_DATA, [str(error)]) from None
    except BadDocument as bad:  # fixtures, where they must be without mistakes
        raise Ends(Exit.BAD_SETTINGS, [str(problem) for problem in bad.problems]) from None
    except Invalid as error:  # what the configuration declares cannot be made
        raise Ends(Exit.BAD_SETTINGS, [str(error)]) from None
    finally:
        if marker:
            marker.remove()


def advice(error: "NoPlace", settings: Settings) -> str:
    """Which flag, or key where there is no flag, chooses another place."""
    flags = {option.key: option.flag for option in options(Settings)}
    if error.errno in (errno.EADDRINUSE, errno.EACCES):
        chosen = flags.get(error.setting, error.setting)
        first = "stop the other program, or choose" if error.errno == errno.EADDRINUSE else "choose"
        return f"{first} another port with {chosen} (0: any free one)"
    own = (error.setting.partition(".")[0], "host")
    return f"choose another address with {flags['.'.join(own)] if value_of(settings, own) else '--host'}"
