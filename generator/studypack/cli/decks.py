"""The commands about Anki decks: diff and deck-state."""

from __future__ import annotations

from pathlib import Path

import click

from studypack.cli.options import SET, json_option
from studypack.cli.program import cli
from studypack.cli.streams import say, say_json


@cli.command(examples=["studypack diff last-week/deck.apkg out/amazon-backend/deck.apkg"])
@click.argument("old", metavar="OLD.apkg", type=click.Path(path_type=Path))
@click.argument("new", metavar="NEW.apkg", type=click.Path(path_type=Path))
@json_option("Print the result, or the problems, as JSON.")
def diff(old: Path, new: Path, as_json: bool) -> None:
    """Show what changes in Anki when NEW.apkg is imported after OLD.apkg."""
    from studypack.anki.diff import diff as compare
    from studypack.workflows.deck_state import diff_lines

    found = compare(old, new)
    if as_json:
        say_json(found.as_json())
        return
    for line in diff_lines(found):
        say(line)


@cli.command(
    name="deck-state",
    examples=[
        "studypack deck-state",
        "studypack deck-state my-questions.yaml --from out/my-questions/deck.apkg",
    ],
)
@SET
@click.option("--from", "decks", multiple=True, metavar="DECK.apkg", type=click.Path(path_type=Path),
              help="A deck that was built from SET before; can be repeated.")  # fmt: skip
def deck_state(set_path: Path, decks: tuple[Path, ...]) -> None:
    """Show what earlier decks of SET contained. With --from, restore the state file from those decks if it is lost."""
    from studypack.workflows.deck_state import rebuild_state, state_lines

    if not decks:
        for line in state_lines(set_path):
            say(line)
        return
    file, said = rebuild_state(set_path, decks)
    say(file)
    for line in said:
        click.echo(line, err=True)
