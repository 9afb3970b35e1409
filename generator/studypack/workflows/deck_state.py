"""The deck's state as a file: what it says, and how it is made anew from decks that were built before."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from studypack.anki import state as states
from studypack.anki.diff import Diff, Difference, state_of
from studypack.anki.notes import deck_names, keys_of
from studypack.errors import BuildError, Diagnostic, Location
from studypack.questions.loader import load, shown
from studypack.storage.atomic import write_file
from studypack.workflows.state import read_state, state_path


def state_lines(path: Path) -> list[str]:
    """Return what the state of a set's deck says, for a reader.

    Raises:
        StudypackError: the set or the state is wrong.
    """
    loaded = load(path)
    whole = loaded.question_set
    file = state_path(loaded.path, whole.id, states.FILE)
    stored = read_state(loaded.path, whole.id, states.FILE)
    state = states.loads(stored.content, stored.file) if stored else states.DeckState()
    lines = [f"{shown(file)}: {len(state.notes)} notes, {len(state.retired)} retired"]
    if state.retired:
        lines += [f"  {key}  {seen.words}".rstrip() for key, seen in sorted(state.retired.items())]
        lines.append(f"in Anki, search: {states.searches(whole.id, sorted(state.retired))}")
    return lines


def rebuild_state(path: Path, decks: Sequence[Path]) -> tuple[Path, list[str]]:
    """Write the state of a set's deck anew from decks that were built before.

    Args:
        path: the question set.
        decks: Anki packages of it: the last of the whole set, or the last of several selections.

    Returns:
        the file, and what was found.

    Raises:
        StudypackError: the set is wrong, a deck is not one of it, or there is a state already.
    """
    loaded = load(path)
    whole = loaded.question_set
    file = state_path(loaded.path, whole.id, states.FILE)
    if file.exists():
        why = "it may know more than a deck does"
        raise BuildError(Diagnostic(Location(shown(file)), "the deck's state exists", why, "delete it first"))
    state = state_of(decks, whole.id, deck_names(whole))
    write_file(file, states.dumps(state))
    unknown = len(keys_of(whole) - set(state.notes))
    said = [f"{len(state.notes)} notes of {len(decks)} decks"]
    return file, said + (
        [f"{unknown} notes of the set are in none of them: the next deck adds them"] if unknown else []
    )


def diff_lines(diff: Diff) -> list[str]:
    """Return a comparison of two decks for a reader: counts, then a line for each note."""
    counts = f"{len(diff.added)} added, {len(diff.changed)} changed, {len(diff.retired)} retired"
    lines = [f"{counts}, {len(diff.note_types)} note types changed"]
    groups = (("added", diff.added), ("changed", diff.changed), ("retired: Anki keeps them", diff.retired),
              ("not newer: Anki keeps the old text", diff.kept))  # fmt: skip  # a table
    for title, found in groups:
        lines += ["", title, *map(_line, found)] if found else []
    return lines


def _line(difference: Difference) -> str:
    changes = f" ({', '.join(difference.changes)})" if difference.changes else ""
    return f"  {difference.number:>4}  {difference.key}{changes}: {difference.words}"
