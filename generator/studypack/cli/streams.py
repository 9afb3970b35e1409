"""Standard streams that are closed or full, or whose encoding does not cover every character.

Whether a command succeeds does not depend on stderr: writing to it never fails. The file descriptor of a closed
stream is never reused for the next file that is opened.
"""

from __future__ import annotations

import io
import json
import os
import sys
from contextlib import suppress
from typing import Any

import click

from studypack.cli.messages import show
from studypack.errors import UNSHOWN, Diagnostic, visible


class UnprintedError(OSError):
    """The output of a command could not be written to stdout; its other effects remain."""


class _Stderr(io.TextIOWrapper):
    """A stderr that ignores failed writes, because there is nowhere to report them."""

    def write(self, text: str) -> int:
        """Write a text if possible."""
        with suppress(OSError):
            super().write(text)
        return len(text)

    def flush(self) -> None:
        """Write the buffered text if possible."""
        with suppress(OSError):
            super().flush()


def settle() -> None:
    """Prepare the standard streams of this process."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(number, True)
    os.close(number)
    if isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr = _Stderr(sys.stderr.buffer, sys.stderr.encoding, "backslashreplace", line_buffering=True)
    elif sys.stderr is None:
        sys.stderr = _Stderr(io.BufferedWriter(io.FileIO(2, "w", closefd=False)), "utf-8", "backslashreplace")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(
            errors="backslashreplace"
        )  # for a name that is not UTF-8, or a terminal that cannot show ×


def say(line: object) -> None:
    """Print a line to stdout. Control characters are escaped, because names and texts may come from other people.

    Raises:
        UnprintedError: it cannot be written, for example because the disk is full.
        BrokenPipeError: nobody reads it any more.
    """
    _print(visible(str(line)))


def say_json(value: Any) -> None:
    """Print plain data to stdout as JSON, with control characters as JSON escapes.

    Raises:
        UnprintedError: it cannot be written.
        BrokenPipeError: nobody reads it any more.
    """
    text = json.dumps(value, indent=1, ensure_ascii=False)
    _print(UNSHOWN.sub(lambda match: match[0] if match[0] == "\n" else f"\\u{ord(match[0]):04x}", text))


def _print(text: str) -> None:
    try:
        click.echo(text)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UnprintedError(error.errno, error.strerror) from error


def give_up(error: OSError) -> None:
    """Report that stdout cannot be written, and discard its buffer, which would fail again at exit."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    remedy = "the files that the command writes are complete"
    show([Diagnostic(None, "stdout cannot be written", error.strerror or "", remedy)], "error")
