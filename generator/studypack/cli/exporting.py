"""The command that writes a set in another format."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from studypack.cli.options import SET, criteria_of, json_option, selecting
from studypack.cli.program import cli
from studypack.cli.streams import say, say_json
from studypack.errors import counted


@cli.command(
    examples=["studypack export -o questions.csv", "studypack export -o bank.xml --to moodle --topic databases"]
)
@SET
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The file to write; one that exists is replaced.",
)
@click.option(
    "--to",
    "to",
    default="",
    metavar="FORMAT",
    help="csv, xlsx, markdown, json, gift, moodle, quizlet or crowdanki; by default as FILE ends.",
)
@json_option("Print JSON.")
@selecting
def export(set_path: Path, output: Path, to: str, as_json: bool, **selection: Any) -> None:
    """Write SET, or a selection of it, as a file that other programs read."""
    from studypack.workflows.exporting import export as write

    made = write(set_path, criteria_of(selection), output, to)
    if as_json:
        found = {"file": str(output), "format": made.format, "questions": made.questions, "left_out": made.losses}
        say_json(found)
        return
    say(f"{output}: {counted(made.questions, 'question')} as {made.format}")
    if made.losses:
        click.echo(f"{made.format} does not hold: {'; '.join(made.losses)}", err=True)
