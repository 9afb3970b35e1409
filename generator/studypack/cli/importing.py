"""The command that imports questions from other programs' files."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click

from studypack.cli.messages import show
from studypack.cli.options import json_option
from studypack.cli.program import cli
from studypack.cli.streams import say, say_json
from studypack.errors import Diagnostic, counted, listed, visible

_MOSTLY: Final = 10
"""Pieces that were skipped for each question, from which on something is likely to have been overlooked."""


@cli.command(
    name="import",
    examples=[
        "studypack import questions.md -o my-set",
        "studypack import bank.csv -o my-set --map question=Prompt --map answer=3",
        "studypack import notes.txt -o my-set --topic Biology --dry-run",
        "studypack import bank.xlsx -o my-set --map level:Bronze=core --map level:Gold=advanced",
    ],
)
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--output", "folder", metavar="DIR", type=click.Path(path_type=Path), required=True,
              help="The folder of the question set; one that was imported before is brought up to date.")  # fmt: skip
@click.option("--from", "format", metavar="FORMAT", default="", help="The format, where it is not found out.")
@click.option("--topic", default="", metavar="TITLE", help="One topic for all questions.")
@click.option("--title", default="", help="The title of a new set.")
@click.option("--language", default="", metavar="TAG", help="The language of a new set, such as en or pt-BR.")
@click.option("--map", "columns", multiple=True, metavar="KEY=COLUMN",
              help="The column of a key, by its name or its number from 1; level:WORD=LEVEL says what a word of the "
              "file means.")  # fmt: skip
@click.option("--level", type=click.IntRange(1, 6), default=None, metavar="N",
              help="The level of the headings that are questions.")  # fmt: skip
@click.option("--separators", nargs=2, default=("", ""), metavar="TERM ITEM",
              help="What separates question and answer, and one item from the next, in plain text.")  # fmt: skip
@click.option("--limit", type=click.IntRange(min=1), default=None, metavar="N", help="At most N questions.")
@click.option("--dry-run", is_flag=True, help="Report, but write nothing.")
@json_option("Print the report as JSON.")
def import_(files: tuple[Path, ...], folder: Path, as_json: bool, **options: Any) -> None:
    """Write a question set folder from FILES of other programs, or bring one up to date."""
    from studypack.importers.draft import Wishes
    from studypack.workflows.importing import Request, import_files

    separators = tuple(each.replace("\\t", "\t").replace("\\n", "\n") for each in options.pop("separators"))
    columns, levels = _mapped(options.pop("columns"))
    wishes = Wishes(options.pop("format"), columns, options.pop("level") or 0,
                    (separators[0], separators[1]))  # fmt: skip  # one value
    limit = options.pop("limit") or 0
    asks = sys.stdin.isatty() and sys.stderr.isatty() and not (as_json or options["dry_run"])
    request = Request(files, folder, wishes, levels=levels, ask=_ask if asks else None, limit=limit, **options)
    done = import_files(request)
    for kind, pieces in (("skipped", done.skipped), ("warning", done.warnings)):
        show((Diagnostic(piece.where, f"{kind}: {piece.why}" if kind == "skipped" else piece.why) for piece in pieces),
             "warning")  # fmt: skip  # one message
    _report(done, folder, as_json=as_json, dry_run=options["dry_run"])


def _mapped(given: tuple[str, ...]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the columns by our keys, and the levels by the words of the file.

    Raises:
        UsageError: a value is of neither form.
    """
    columns: dict[str, str] = {}
    levels: dict[str, str] = {}
    for each in given:
        key, _, value = (part.strip() for part in each.partition("="))
        word = key.removeprefix("level:") if key.startswith("level:") else None
        if not (key and value) or word == "":
            raise click.UsageError(f'--map takes KEY=COLUMN, or level:WORD=LEVEL, not "{each}".')
        (columns if word is None else levels)[word or key] = value
    return columns, levels


def _ask(word: str, count: int, levels: Sequence[str]) -> str:
    """Ask for the level that a word of the files means; a plain Enter leaves the word as it is."""
    click.echo(f'"{visible(word)}", the level of {counted(count, "question")}: is it {listed(levels)}?', err=True)
    text = "A level, or Enter to leave it as it is"
    return str(click.prompt(text, default="", show_default=False, err=True))


def _report(done: Any, folder: Path, *, as_json: bool, dry_run: bool) -> None:
    counts = {name: getattr(done, name) for name in ("questions", "answered", "choices", "media")}
    if as_json:
        skipped = [{"where": str(each.where), "why": each.why} for each in done.skipped]
        warnings = [{"where": str(each.where), "why": each.why} for each in done.warnings]
        held: dict[str, Any] = {
            **counts,
            "skipped": skipped,
            "format": ", ".join(done.formats),
            "warnings": warnings,
            "levels": done.levels.own,
        }
        if done.change is not None:
            held |= {"matched": done.matched, "updated": done.change.updated, "conflicts": done.change.conflicts,
                     "vanished": done.change.vanished}  # fmt: skip  # one report
        say_json(held)
    elif not dry_run:
        say(folder)
    said = [counted(counts["questions"], "question"), f"{counts['answered']} with an answer"]
    said += [f"{counts['choices']} with choices"] if counts["choices"] else []
    said += [counted(counts["media"], "picture or sound")] if counts["media"] else []
    click.echo(f"{', '.join(done.formats)}: {', '.join(said)}; {len(done.skipped)} skipped", err=True)
    if "markdown" in done.formats and len(done.skipped) > _MOSTLY * counts["questions"]:
        click.echo(
            "most of the file was skipped; if its headings are the questions, name their level: --level N", err=True
        )
    if done.levels.own:
        click.echo(f"levels of its own, easiest first: {listed(done.levels.own)}; set.yaml lists them", err=True)
    if done.change is not None:
        _changes(done)
    if not dry_run:
        click.echo(f"build it with: studypack build {folder}", err=True)


def _changes(done: Any) -> None:
    """Say what happened to the questions that the folder had."""
    change = done.change
    new = done.questions - len(done.matched)
    click.echo(f"matched {len(done.matched)}, new {new}, updated {len(change.updated)}", err=True)
    for name, by in done.matched.items():
        if by not in ("id", "key", "text"):
            click.echo(f"  {name}: recognised by {by}", err=True)
    for name, keys in change.conflicts.items():
        click.echo(f"  {name}: your {', '.join(keys)} stayed; the source has another text", err=True)
    for name in change.vanished:
        click.echo(f"  {name}: not in the source any more; kept", err=True)
