"""How `serve` says that it is ready: lines for people, one JSON object for programs, on stdout or in a file."""

import os
from collections.abc import Sequence
from pathlib import Path as File

import click
import msgspec

from hubbub.app import Listening
from hubbub.cli.exits import Ends, Exit, talk
from hubbub.version import __version__


def as_json(listening: Sequence[Listening], token: str = "") -> str:
    """One line: ``{"ready": true, "pid": 4711, "version": "0.1.0", "ports": {"kafka": 9092}, "listening": [...]}``.

    ``ports`` has the first port of each protocol, for scripts; ``listening`` has all that there is to know. ``admin_token`` is there
    where the admin API asks for one that was made just now.
    """
    ports: dict[str, int] = {}
    for each in listening:
        ports.setdefault(each.protocol, each.port)
    facts: dict[str, object] = {
        "ready": True,
        "pid": os.getpid(),
        "version": __version__,
        "ports": ports,
        "listening": listening,
    }
    if token:
        facts["admin_token"] = token
    return msgspec.json.encode(facts).decode()


def as_text(listening: Sequence[Listening], token: str = "") -> list[str]:
    """What listens where, and how to stop it."""
    width = max((len(each.protocol) for each in listening), default=0)
    lines = [
        f"  {each.protocol.ljust(width)}  {bracketed(each.host)}:{each.port}{' (TLS)' if each.tls else ''}"
        for each in listening
    ]
    if token:
        lines.append(
            f"  The admin API wants `Authorization: Bearer {token}`; choose another with --admin-token."
        )
    return [f"Hubbub {__version__} is ready.", *lines, "Press Ctrl-C to stop."]


def bracketed(host: str) -> str:
    """A host as it stands before a port."""
    return f"[{host}]" if ":" in host else host


class ReadyFile:
    """A file that is there while the hub is ready, whole or not at all. One left by an earlier run goes first."""

    __slots__ = ("_file",)

    def __init__(self, file: File) -> None:
        self._file = file
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            raise self._refused(error) from None
        if not file.parent.is_dir():
            raise Ends(Exit.USAGE, [f"--ready-file: the folder {file.parent} is not there; make it first"])

    def write(self, line: str) -> None:
        """Whoever waits for the file finds it whole."""
        beside = self._file.with_name(f".{self._file.name}.{os.getpid()}")
        try:
            beside.write_text(f"{line}\n", encoding="utf-8")
            beside.replace(self._file)
        except OSError as error:
            raise self._refused(error) from None

    def remove(self) -> None:
        """The hub is not ready any more."""
        try:
            self._file.unlink(missing_ok=True)
        except OSError as error:
            talk(f"warning: --ready-file: {self._file} cannot be removed: {error.strerror}")

    def _refused(self, error: OSError) -> Ends:
        why = (error.strerror or str(error)).lower()
        return Ends(Exit.USAGE, [f"--ready-file: {self._file} cannot be written: {why}; name another place"])


def announce(listening: Sequence[Listening], token: str, *, to_program: bool) -> None:
    """Data on stdout for programs, talk on stderr for people."""
    if to_program:
        click.echo(as_json(listening, token))
    else:
        for line in as_text(listening, token):
            click.echo(line, err=True)
