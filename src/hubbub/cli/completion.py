"""`hubbub completion`: the script with which a shell completes our commands and flags."""

from typing import Final

import click
from click.shell_completion import get_completion_class

from hubbub.cli.exits import Ends, Exit

SHELLS: Final = ("bash", "zsh", "fish")
VARIABLE: Final = "_HUBBUB_COMPLETE"


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print a script that completes commands in your shell.

    For bash, put `eval "$(hubbub completion bash)"` into ~/.bashrc; for zsh the same with zsh into ~/.zshrc; for fish, write the
    output to ~/.config/fish/completions/hubbub.fish.
    """
    found = get_completion_class(shell)
    if found is None:
        raise Ends(Exit.USAGE, [f"this version of click knows no {shell}"])
    click.echo(found(ctx.find_root().command, {}, "hubbub", VARIABLE).source())
