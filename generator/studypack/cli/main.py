"""The command `studypack`: all commands in their group, and how the program ends."""

from __future__ import annotations

import os
import sys
from typing import Final, NoReturn

import click

from studypack.cli import building, decks, inspecting, upkeep
from studypack.cli.program import WRITING, cli
from studypack.cli.shutdown import end_in_order
from studypack.errors import EXIT_INTERRUPTED

__all__ = ["cli", "main"]

COMMANDS: Final = (building, decks, inspecting, upkeep)
"""The modules whose import adds their commands to the group."""


def _ended(code: int) -> NoReturn:
    """Say that the program was told to end, and end it at once: everything else is done."""
    whole = "the pack is the old one or the new one" if WRITING["begun"] else "nothing was written"
    os.write(2, f"interrupted; {whole}\n".encode())
    os._exit(code)


def main() -> None:
    """Run the program; an interrupt ends it with exit code 130, other signals likewise with 128 and their number."""
    try:
        end_in_order(_ended)
        # Without its standalone mode, Click returns the code that a command ended with.
        sys.exit(cli.main(standalone_mode=False, prog_name="studypack") or 0)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _ended(EXIT_INTERRUPTED)
