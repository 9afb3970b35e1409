"""The command `studypack`: the group with all its commands, and how the program ends."""

from __future__ import annotations

import os
import sys
import warnings
from typing import Final, NoReturn

import click

from studypack.cli import building, classes, decks, exporting, importing, imposing, inspecting, serving, upkeep
from studypack.cli.program import WRITING, cli
from studypack.cli.shutdown import end_in_order
from studypack.cli.streams import give_up, settle
from studypack.errors import EXIT_FAILED, EXIT_INTERRUPTED

__all__ = ["cli", "main"]

COMMANDS: Final = (building, classes, decks, exporting, importing, imposing, inspecting, serving, upkeep)
"""The modules whose import adds their commands to the group."""


def _ended(code: int) -> NoReturn:
    """Report that the program was interrupted, and exit immediately: everything has already been cleaned up."""
    if WRITING["watching"] and code == EXIT_INTERRUPTED:
        os.write(2, b"stopped\n")
        os._exit(0)
    whole = "the pack is the old one or the new one" if WRITING["begun"] else "nothing was written"
    if WRITING["several"]:
        whole = "finished packs stay, and the same command makes the rest"
    os.write(2, f"interrupted; {whole}\n".encode())
    os._exit(code)


def main() -> None:
    """Run the program. A signal ends it with exit code 128 plus the signal's number: 130 for an interrupt."""
    settle()
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # users cannot act on what a library reports about a picture or a font
    try:
        end_in_order(_ended)
        # Outside its standalone mode, Click returns the code that a command ended with.
        sys.exit(cli.main(standalone_mode=False, prog_name="studypack") or 0)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except OSError as error:  # from the printing of a command or of Click
        give_up(error)
        sys.exit(EXIT_FAILED)
    except (click.Abort, KeyboardInterrupt):
        _ended(EXIT_INTERRUPTED)
