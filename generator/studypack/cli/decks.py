"""The commands about Anki decks: diff and deck-state."""

from __future__ import annotations

import json
from pathlib import Path

import click

from studypack.cli.options import SET, json_option
from studypack.cli.program import cli


@cli.command(examples=["studypack diff last-week/deck.apkg out/amazon-backend/deck.apkg"])
@click.argument("old", metavar="OLD.apkg", type=click.Path(path_type=Path))
@click.argument("new", metavar="NEW.apkg", type=click.Path(path_type=Path))
@json_option("Print JSON.")
def diff(old: Path, new: Path, as_json: bool) -> None:
    """Show what importing NEW.apkg does in an Anki that has OLD.apkg."""
    from studypack.anki.diff import diff as compare
    from studypack.workflows.deck_state import diff_lines

    found = compare(old, new)
    lines = [json.dumps(found.as_json(), indent=1, ensure_ascii=False)] if as_json else diff_lines(found)
    for line in lines:
        click.echo(line)


@cli.command(
    name="deck-state",
    examples=[
        "studypack deck-state",
        "studypack deck-state my-questions.yaml --from out/my-questions/deck.apkg",
    ],
)
@SET
@click.option("--from", "decks", multiple=True, metavar="DECK.apkg", type=click.Path(path_type=Path),
              help="A deck of SET that was built before; several may be given.")  # fmt: skip
def deck_state(set_path: Path, decks: tuple[Path, ...]) -> None:
    """Show what earlier decks of SET held; with --from write that file again where it was lost."""
    from studypack.workflows.deck_state import rebuild_state, state_lines

    if not decks:
        for line in state_lines(set_path):
            click.echo(line)
        return
    file, said = rebuild_state(set_path, decks)
    click.echo(file)
    for line in said:
        click.echo(line, err=True)
