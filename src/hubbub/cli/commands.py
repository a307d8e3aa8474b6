"""All commands: the table, and how a call of the program ends."""

import sys
from collections.abc import Sequence
from typing import Final

import click

from hubbub.cli.exits import Ends, Exit, ReaderHasEnough, talk
from hubbub.cli.lazy import Entry, LazyGroup
from hubbub.cli.streams import OUTPUT_TROUBLE, not_written, open_missing, silence
from hubbub.version import __version__

COMMANDS: Final = {
    "serve": Entry("hubbub.cli.serve:serve", "Run a hub in this terminal."),
    "kafka": Entry("hubbub.cli.kafka.commands:kafka", "Talk to a Kafka broker."),
    "mqtt": Entry("hubbub.cli.mqtt.commands:mqtt", "Talk to an MQTT broker."),
    "amqp": Entry("hubbub.cli.amqp.commands:amqp", "Talk to an AMQP 0-9-1 broker."),
    "status": Entry("hubbub.cli.status:status", "Show a hub at a glance."),
    "health": Entry("hubbub.cli.health:health", "Say whether a hub serves, and how each of its parts is."),
    "tail": Entry("hubbub.cli.tail:tail", "Show what is published, as it is published."),
    "top": Entry("hubbub.cli.top:top", "Show what a hub does just now."),
    "reset": Entry("hubbub.cli.reset:reset", "Let a hub be as new."),
    "doctor": Entry("hubbub.cli.doctor:doctor", "Say what is wrong on this machine, and what to do."),
    "bench": Entry("hubbub.cli.bench.commands:bench", "Load a broker and report its rate and latency."),
    "init": Entry("hubbub.cli.init:init", "Write hubbub.yaml, with comments, and a first fixture."),
    "config": Entry("hubbub.cli.config:config", "Show, check and describe settings."),
    "fixtures": Entry(
        "hubbub.cli.fixtures:fixtures",
        "Check, try and load fixture files.",
    ),
    "data": Entry("hubbub.cli.data:data", "Look at a data directory whose hub is stopped."),
    "completion": Entry(
        "hubbub.cli.completion:completion", "Print a script that completes commands in your shell."
    ),
    "version": Entry("hubbub.cli.version:version", "Say which version this is, and on what it runs."),
}
ABOUT: Final = """Every event protocol in one process.

`hubbub serve` speaks to unmodified clients on the usual ports; `hubbub serve --help` lists all that can be set.
"""

hubbub: Final = LazyGroup("hubbub", COMMANDS, ABOUT)
click.version_option(__version__, "-V", "--version", prog_name="hubbub", message="%(prog)s %(version)s")(
    hubbub
)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    open_missing()
    try:
        code = hubbub.main(list(arguments), prog_name="hubbub", standalone_mode=False)
        sys.stdout.flush()
    except Ends as end:
        end.show()
        return end.code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return Exit.INTERRUPTED
    except (BrokenPipeError, ReaderHasEnough):
        # nothing is wrong, and nothing more can be said
        silence(sys.stdout)
        return Exit.OK
    except OSError as error:
        if error.errno not in OUTPUT_TROUBLE or error.filename is not None:
            raise
        silence(sys.stdout)
        talk(not_written(error))
        return Exit.FAILED
    return code if isinstance(code, int) else Exit.OK
