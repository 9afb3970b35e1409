"""The current step of a command, on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click

from studypack.cli.program import WRITING


class Progress:
    """Shows the current step on a terminal, and nothing if stderr is not a terminal."""

    def __enter__(self) -> Callable[[str], None]:
        self._shown = sys.stderr.isatty()
        return self._step

    def _step(self, name: str) -> None:
        WRITING["begun"] = name == "writing"
        if self._shown:
            click.echo(f"\r\x1b[K{name} …", nl=False, err=True)

    def __exit__(self, *_: object) -> None:
        if self._shown:
            click.echo("\r\x1b[K", nl=False, err=True)
