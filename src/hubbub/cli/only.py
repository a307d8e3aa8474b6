"""`hubbub kafka serve` and its like: a hub that speaks one protocol, with every flag that `hubbub serve` has."""

from pathlib import Path as File
from typing import Final

import click

from hubbub.cli.flags import CONFIG_HELP, SettingsCommand, given, settings_of
from hubbub.cli.serve import run
from hubbub.settings.options import Path

PARTS: Final = ("kafka", "mqtt", "amqp", "admin")


def only(protocol: str, words: str) -> click.Command:
    """The command. ``words`` name the protocol to people."""

    # the admin API is off, too, so that a hub for each protocol can run beside the others
    def serve(
        port: str | None,
        file: str | None,
        ready_file: File | None,
        *,
        verbose: bool,
        as_json: bool,
        **flags: object,
    ) -> int:
        chosen: dict[Path, str | bool] = {(each, "enabled"): each == protocol for each in PARTS}
        chosen |= dict(given(flags))
        if port is not None:
            chosen[protocol, "port"] = port
        if verbose:
            chosen.setdefault(("log", "level"), "debug")
        return run(settings_of(file, chosen).settings, ready_file, as_json=as_json)

    serve.__doc__ = f"""Run a hub that speaks {words} and nothing else.

    It is `hubbub serve` with the other protocols and the admin API switched off; --admin switches that on again, and so on.
    """
    decorate = (
        click.option(
            "-p", "--port", metavar="N", help=f"Where to listen: --{protocol}-port by a shorter name."
        ),
        click.option("-c", "--config", "file", metavar="FILE", help=CONFIG_HELP),
        click.option("-v", "--verbose", is_flag=True, help="Show debugging lines: --log-level debug."),
        click.option("--json", "as_json", is_flag=True, help="When ready, print one JSON object on stdout."),
        click.option(
            "--ready-file",
            metavar="FILE",
            type=click.Path(path_type=File),
            help="When ready, write that object to FILE.",
        ),
    )
    made = serve
    for each in reversed(decorate):
        made = each(made)
    return click.command("serve", cls=SettingsCommand)(made)
