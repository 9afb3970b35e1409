"""The commands for a class: exam papers, and a pack for each participant."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

import click

from studypack.cli.generated import model_options
from studypack.cli.messages import as_data, show
from studypack.cli.options import SET, building, executing, json_option, pooling, request_of, selecting
from studypack.cli.program import WRITING, cli
from studypack.cli.progress import Progress
from studypack.cli.streams import say, say_json
from studypack.errors import EXIT_FAILED, counted, visible
from studypack.products.exam import ExamOptions
from studypack.products.options import PrintOptions, collect, declared
from studypack.questions.selection import Criteria
from studypack.workflows.request import Request, current_time

_MODELS: Final = (ExamOptions, PrintOptions)
_WITH_AGAIN: Final = frozenset({"set_path", "again", "output", "jobs", "no_cache", "cluster", "as_json"})
"""The parameters that go with `--again`, which knows all others."""


@cli.command(
    examples=[
        "studypack exam --questions 6 --minutes 90",
        'studypack exam --blueprint "2 core, 3 intermediate, 1 advanced" --variants 30 --seed 7',
        "studypack exam my-questions.yaml --topic databases --participants people.csv",
        "studypack exam --again out/amazon-backend-exam-7/exam.json",
    ]
)
@SET
@model_options(*_MODELS)
@click.option("--participants", type=click.Path(path_type=Path, dir_okay=False), metavar="TABLE",
              help="A table (CSV, XLSX, ODS) with a paper for each row: name, code, seed, topics, count …")  # fmt: skip
@click.option("--again", type=click.Path(path_type=Path), metavar="EXAM.json",
              help="Print the exam that this file describes again.")  # fmt: skip  # one option, one glance
@pooling
@executing
@json_option("Print exam.json instead of the paths, and problems as JSON too.")
@click.pass_context
def exam(ctx: click.Context, /, set_path: Path, participants: Path | None, again: Path | None, **given: Any) -> None:
    """Print exam papers from SET, or from a selection of it, each with a marking key."""
    from studypack.workflows.exam import ExamRequest
    from studypack.workflows.exam import exam as make

    _check(ctx, participants, again)
    as_json = given.pop("as_json")
    options = collect(_MODELS, (), {name: given.pop(name) for name, _ in declared(_MODELS)})
    running = {name: given.pop(name) for name in ("output", "jobs", "no_cache", "cluster")}
    request = Request(
        set_path, Criteria(**given), options, running["output"], current_time(), running["jobs"],
        cached=not running["no_cache"], cluster=running["cluster"],
    )  # fmt: skip  # one value
    with Progress() as progress:
        made = make(
            ExamRequest(request, participants, again / "exam.json" if again and again.is_dir() else again), progress
        )
    show(made.warnings, "warning")
    if as_json:
        say_json({"folder": str(made.folder), **made.record, "warnings": as_data(made.warnings)})
        return
    for path in made.files:
        say(path)
    papers = made.record["papers"]
    marks = sorted({paper["marks"] for paper in papers})
    span = f"{marks[0]}" if len(marks) == 1 else f"{marks[0]} to {marks[-1]}"
    click.echo(f"{made.folder}: {counted(len(papers), 'paper')}, {span} marks", err=True)
    for remark in made.remarks:
        click.echo(remark, err=True)


@cli.command(
    examples=[
        "studypack batch people.csv",
        "studypack batch people.csv my-questions.yaml -p handbook --merge",
        "studypack batch people.xlsx --level core --cluster tcp://192.168.1.10:8786",
    ]
)
@click.argument("people", metavar="TABLE", type=click.Path(path_type=Path, dir_okay=False))
@SET
@selecting
@building(actions=False)
@click.option("--merge", is_flag=True, help="Also join all printed products into one file for the printer.")
@json_option("Print batch.json instead of the paths, and problems as JSON too.")
@click.pass_context
def batch(ctx: click.Context, /, people: Path, set_path: Path, merge: bool, as_json: bool, **options: Any) -> None:
    """Build a pack for each row of TABLE (CSV, XLSX, ODS) from SET, with the person's name on the title page."""
    from studypack.workflows.batch import BatchRequest
    from studypack.workflows.batch import batch as make

    request = request_of(set_path, options)
    WRITING["several"] = True
    with Progress() as progress:
        made = make(BatchRequest(request, people, merge), progress)
    show(made.warnings, "warning")
    problems = [problem for row in made.rows for problem in row.problems]
    show(problems, "error")
    if as_json:
        say_json(json.loads(made.files[0].read_text("utf-8")) | {"folder": str(made.folder)})
    else:
        for path in (*(row.folder for row in made.rows if row.folder), *made.files):
            say(path)
    _table(made)
    if problems:
        ctx.exit(EXIT_FAILED)


def _table(made: Any) -> None:
    """Print to stderr what became of each row."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(stderr=True, width=None if sys.stderr.isatty() else 120)
    table = Table(
        "row", "name", "folder", "questions", "products", "time", title=str(made.folder), title_justify="left"
    )
    for row in made.rows:
        sizes = ", ".join(f"{name} {entry['bytes'] / 1000:.0f} kB" for name, entry in row.products.items())
        time = "failed" if row.problems else "up to date" if row.fresh else f"{row.seconds:.1f} s"
        folder, count = (row.folder.name, str(row.questions)) if row.folder else ("", "")
        cells = (str(row.person.where.line), visible(row.person.name), folder, count, sizes, time)
        table.add_row(*map(escape, cells))
    console.print(table)
    failed = sum(bool(row.problems) for row in made.rows)
    fresh = sum(row.fresh for row in made.rows)
    built = len(made.rows) - failed - fresh
    ending = f", {failed} failed" if failed else ""
    click.echo(f"{counted(built, 'pack')} built, {fresh} up to date{ending}", err=True)
    for remark in made.remarks:
        click.echo(remark, err=True)


def _check(ctx: click.Context, participants: Path | None, again: Path | None) -> None:
    """Raise UsageError if options contradict each other."""
    named = {name for name in ctx.params if ctx.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE}
    if again and (others := sorted(named - _WITH_AGAIN)):
        raise click.UsageError(f"--again prints what EXAM.json says: leave out --{others[0].replace('_', '-')}.")
    if participants and "variants" in named:
        raise click.UsageError("--participants prints a paper for each row: leave out --variants.")
