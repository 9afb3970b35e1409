"""The commands that build packs: build and watch."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from studypack.cli.messages import show
from studypack.cli.options import SET, building, json_option, request_of, selecting
from studypack.cli.program import WRITING, cli
from studypack.cli.progress import Progress
from studypack.cli.streams import say, say_json
from studypack.errors import Diagnostic, Location, counted
from studypack.storage.manifest import MANIFEST, hashes
from studypack.workflows.up_to_date import up_to_date


@cli.command(
    examples=[
        "studypack build",
        "studypack build --topic databases --topic concurrency",
        "studypack build -n 5 --seed 7 -p cheatsheet --paper letter",
        "studypack build my-questions.yaml",
    ]
)
@SET
@selecting
@building(actions=True)
@click.option("--strict", is_flag=True, help="Treat warnings as errors, so that nothing is written if there are any.")
@json_option("Print the manifest instead of the paths, and problems as JSON too.")
def build(set_path: Path, as_json: bool, **options: Any) -> None:
    """Build a pack from SET, or from a selection of its questions."""
    request = request_of(set_path, options)
    if fresh := up_to_date(request):
        folder, manifest = fresh
        show([_warning(*parts) for parts in manifest["warnings"]], "warning")
        names = [name for entry in manifest["products"].values() for name in hashes(entry)]
        _print_pack(folder, [folder / name for name in [*names, MANIFEST]], manifest, as_json=as_json)
        click.echo(f"{folder}: up to date", err=True)
        return
    from studypack.workflows.build import build as make

    with Progress() as progress:
        pack = make(request, progress)
    show(pack.warnings, "warning")
    _print_pack(pack.folder, pack.files, pack.manifest, as_json=as_json)
    _summary(pack)


@cli.command(examples=["studypack watch my-questions.yaml", "studypack watch --topic databases -p handbook"])
@SET
@selecting
@building(actions=False, cluster=False)
def watch(set_path: Path, **options: Any) -> None:
    """Build a pack from SET, and rebuild it whenever one of its files is saved. Press Ctrl-C to stop."""
    from studypack.workflows.watch import watching

    request = request_of(set_path, options)
    WRITING["watching"] = True
    for outcome in watching(request):
        show(outcome.warnings, "warning")
        show(outcome.problems, "error")
        if outcome.folder is not None:
            click.echo(f"{outcome.folder}: built in {outcome.seconds:.1f} s", err=True)
        click.echo("waiting for changes; press Ctrl-C to stop", err=True)


def _warning(where: list[Any] | None, what: str, why: str, remedy: str) -> Diagnostic:
    """Return a warning that was stored in a manifest."""
    return Diagnostic(Location(*where) if where else None, what, why, remedy)


def _print_pack(folder: Path, files: Iterable[Path], manifest: Mapping[str, Any], *, as_json: bool) -> None:
    """Print to stdout what was written."""
    if as_json:
        say_json({"folder": str(folder), **manifest})
    else:
        for path in files:
            say(path)


def _summary(pack: Any) -> None:
    """Print to stderr a table of what was made."""
    from rich.console import Console
    from rich.table import Table

    console = Console(stderr=True, width=None if sys.stderr.isatty() else 100)
    table = Table("product", "contents", "size", "time", "questions", title=str(pack.folder), title_justify="left")
    count = len(pack.manifest["questions"])
    for made in pack.made:
        rendered = made.rendered
        unit = rendered.unit if rendered.amount != 1 else rendered.unit.removesuffix("s")
        table.add_row(
            made.name,
            f"{rendered.amount} {unit}",
            f"{len(rendered.file) / 1000:.0f} kB",
            "cached" if made.cached else f"{made.seconds:.1f} s",
            f"{count - len(pack.manifest['products'][made.name]['absent'])}/{counted(count, 'question')}",
        )
    console.print(table)
    if pack.removed:
        click.echo(f"removed, because a pack holds the products of one build: {', '.join(pack.removed)}", err=True)
    for made in pack.made:
        for remark in (*made.rendered.remarks, *made.rendered.news):
            click.echo(f"{made.name}: {remark}", err=True)
