"""`hubbub doctor`: what on this machine, or in these settings, keeps a hub from doing well, and what to do."""

import sys
from pathlib import Path as File

import click
import msgspec

from hubbub.cli.checks import Finding, Grade, checks
from hubbub.cli.exits import Ends, Exit
from hubbub.cli.flags import CONFIG_HELP, ends_for
from hubbub.cli.hubs import hub_at, of_a_hub
from hubbub.cli.printing import flush, put
from hubbub.cli.status import Status
from hubbub.settings import Settings
from hubbub.settings.known import DIALECT
from hubbub.settings.loading import Sources, find_file, load
from hubbub.settings.problems import BadSettings

MARKS = {Grade.GOOD: ("ok", "green"), Grade.DOUBTFUL: ("warning", "yellow"), Grade.BAD: ("error", "red")}


@click.command()
@click.option("-c", "--config", "file", metavar="FILE", help=CONFIG_HELP)
@of_a_hub
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, on stdout.")
def doctor(file: str | None, admin_url: str, admin_token: str, *, as_json: bool) -> int:
    """Say what is wrong on this machine, and what to do.

    Looks at settings, ports, limits, clock, disk, names and versions. Works with a hub and without one. Ends with code 1 when anything is wrong.
    """
    import os

    try:
        loaded = load(DIALECT, Sources(find_file(file, os.environ, File()), os.environ))
        settings = loaded.settings
        findings = [
            Finding("settings", Grade.GOOD, f"{loaded.file or 'no file'}: {len(loaded.origins)} settings")
        ]
        findings += [Finding("settings", Grade.DOUBTFUL, str(warning)) for warning in loaded.warnings]
    except BadSettings as bad:
        settings = Settings()
        findings = [Finding("settings", Grade.BAD, line) for line in ends_for(bad).lines]
    running = hub_there(admin_url, admin_token, findings)
    findings += checks(settings, running)
    for finding in findings:
        put(msgspec.json.encode(finding) + b"\n" if as_json else f"{line(finding)}\n".encode())
    flush()
    return Exit.FAILED if any(finding.grade is Grade.BAD for finding in findings) else Exit.OK


def hub_there(url: str, token: str, findings: list[Finding]) -> list[Status]:
    """The hub that answers, if one does; what is to be said of it is added to the findings."""
    try:
        found = msgspec.json.decode(hub_at(url, token).get("/api/v1/status"), type=Status)
    except Ends as end:
        is_there = end.code is not Exit.UNREACHABLE
        findings.append(
            Finding(
                "hub",
                Grade.DOUBTFUL if is_there else Grade.GOOD,
                end.lines[0] if is_there else f"none answers at {url}",
            )
        )
        return []
    except msgspec.MsgspecError:
        findings.append(
            Finding(
                "hub",
                Grade.DOUBTFUL,
                f"what answers at {url} is no hub",
                "say where yours is with --admin-url",
            )
        )
        return []
    findings.append(Finding("hub", Grade.GOOD, f"Hubbub {found.version}, pid {found.pid}, answers at {url}"))
    return [found]


def line(finding: Finding) -> str:
    """For people."""
    mark, colour = MARKS[finding.grade]
    shown = click.style(mark.ljust(7), fg=colour) if sys.stdout.isatty() else mark.ljust(7)
    advice = f"; {finding.advice}" if finding.advice else ""
    return f"{shown} {finding.subject}: {finding.words}{advice}"
