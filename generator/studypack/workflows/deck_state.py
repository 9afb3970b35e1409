"""The file with the deck's state: showing its content, and rebuilding it from earlier decks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from studypack.anki import state as states
from studypack.anki.diff import Diff, Difference, state_of
from studypack.anki.identity import deck_names, keys_of
from studypack.errors import BuildError, Diagnostic, Location, counted
from studypack.questions.loader import load, shown
from studypack.storage.atomic import write_file
from studypack.workflows.state import place_for_state, read_state, state_path


def state_lines(path: Path) -> list[str]:
    """Return a description of the state of a set's deck, line by line.

    Raises:
        StudypackError: the set or the state is invalid.
    """
    loaded = load(path)
    whole = loaded.question_set
    file = state_path(loaded.path, whole.id, states.FILE)
    stored = read_state(loaded.path, whole.id, states.FILE)
    state = states.loads(stored.content, stored.file) if stored else states.DeckState()
    lines = [f"{shown(file)}: {counted(len(state.notes), 'note')}, {len(state.retired)} retired"]
    if state.retired:
        lines += [f"  {key}  {seen.words}".rstrip() for key, seen in sorted(state.retired.items())]
        lines.append(f"in Anki, search: {states.searches(whole.id, sorted(state.retired))}")
    return lines


def rebuild_state(path: Path, decks: Sequence[Path]) -> tuple[Path, list[str]]:
    """Rebuild the state of a set's deck from earlier decks.

    Args:
        path: the question set.
        decks: Anki packages of the set: the latest of the whole set, or the latest of several selections.

    Returns:
        the path of the file, and lines that describe what was found.

    Raises:
        StudypackError: the set is invalid, a deck belongs to another set, or a state file already exists.
    """
    loaded = load(path)
    whole = loaded.question_set
    file = state_path(loaded.path, whole.id, states.FILE)
    if file.exists():
        why = "it may know more than a deck does"
        raise BuildError(Diagnostic(Location(shown(file)), "the deck's state exists", why, "delete it first"))
    state = state_of(decks, whole.id, deck_names(whole))
    content = states.dumps(state)
    write_file(place_for_state(loaded.path, whole.id, states.FILE, content) or file, content)
    unknown = len(keys_of(whole) - set(state.notes))
    said = [f"{counted(len(state.notes), 'note')} of {counted(len(decks), 'deck')}"]
    which = (
        "1 note of the set is in none of them: the next deck adds it"
        if unknown == 1
        else f"{unknown} notes of the set are in none of them: the next deck adds them"
    )
    return file, [*said, which] if unknown else said


def diff_lines(diff: Diff) -> list[str]:
    """Return a readable comparison of two decks: counts, followed by a line for each note."""
    counts = f"{len(diff.added)} added, {len(diff.changed)} changed, {len(diff.retired)} retired"
    lines = [f"{counts}, {counted(len(diff.note_types), 'note type')} changed"]
    groups = (("added", diff.added), ("changed", diff.changed), ("retired: Anki keeps them", diff.retired),
              ("not newer: Anki keeps the old text", diff.kept))  # fmt: skip  # a table
    for title, found in groups:
        lines += ["", title, *map(_line, found)] if found else []
    return lines


def _line(difference: Difference) -> str:
    changes = f" ({', '.join(difference.changes)})" if difference.changes else ""
    return f"  {difference.number:>4}  {difference.key}{changes}: {difference.words}"
