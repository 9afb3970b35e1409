"""The command that serves a page on this machine: serve."""

from __future__ import annotations

import webbrowser
from collections.abc import Iterable
from pathlib import Path

import click

from studypack.cli.messages import SourceLines, lines_of
from studypack.cli.options import SET
from studypack.cli.program import WRITING, cli
from studypack.cli.streams import say
from studypack.errors import BuildError, Diagnostic


@cli.command(examples=["studypack serve", "studypack serve my-questions.yaml --open"])
@SET
@click.option("--open", "opened", is_flag=True, help="Open the page in the browser.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, metavar="PORT",
              help="The port; any that is free without it.")  # fmt: skip  # one option, one glance
@click.option("-o", "--output", type=click.Path(path_type=Path), default=Path("out"), show_default=True,
              metavar="DIR", help="The folder in which packs and imported sets are written.")  # fmt: skip
@click.option("-j", "--jobs", type=click.IntRange(min=0), default=0, metavar="JOBS",
              help="Number of parallel processes; by default one for each core, up to 8.")  # fmt: skip
def serve(set_path: Path, *, opened: bool, port: int, output: Path, jobs: int) -> None:
    """Show SET in a browser: choose, preview and print. Press Ctrl-C to stop.

    The page is served to this machine alone, and only to who has the address that is printed.
    """
    try:
        from studypack.web.serving import serve as run
    except ImportError as error:
        what, remedy = "`serve` is not installed", "pip install 'studypack[serve]'"
        raise BuildError(Diagnostic(None, what, str(error), remedy)) from error
    WRITING["watching"] = True
    run([set_path], output, port, jobs, _shown, lambda address: _ready(address, opened=opened))


def _ready(address: str, *, opened: bool) -> None:
    say(address)
    if opened:
        webbrowser.open(address)


def _shown(diagnostics: Iterable[Diagnostic], kind: str) -> str:
    """Return diagnostics as the terminal shows them."""
    lines, said = SourceLines(), []
    for diagnostic in diagnostics:
        head, *rest = lines_of(diagnostic, lines)
        said.append("\n".join([f"{kind}: {head}", *rest]))
    return "\n".join(said)
