"""Detect ids that were changed or reused by mistake, which would duplicate or overwrite notes in Anki.

Anki identifies notes only by ids. The deck's state records what each id asked when a deck was last built, and
`--retire ID` records in it that a change is intended.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from studypack.anki.state import DeckState, Noted, Present, Seen
from studypack.errors import BuildError, Diagnostic, Location, suggestion
from studypack.text.similarity import content_words

_WORD: Final = re.compile(r"[^\W_]+")


def suspicions(state: DeckState, present: Present, places: Mapping[str, Location]) -> list[Diagnostic]:
    """Return a diagnostic for each id that seems to have been changed or reused by mistake.

    Args:
        state: the state after earlier decks.
        present: the whole set.
        places: the locations of the notes in the author's files, by key.
    """
    if state.set_id and state.set_id != present.set_id:
        return [_other_set(state, present.set_id)]
    renamed = _renamed(state, present.notes)
    found = [_renamed_words(state, old, new, places) for old, new in renamed.items() if not _follows(old, renamed)]
    found += [_reused_words(state, key, places) for key in _reused(state, present.notes)]
    return sorted(found, key=lambda diagnostic: diagnostic.where or Location(""))


def renamed_sets(others: Iterable[DeckState], present: Present) -> list[Diagnostic]:
    """Return a diagnostic for each state of another set that has the notes of this one: the set was renamed.

    Args:
        others: states whose sets are no longer beside them.
        present: the whole set, which has no state of its own.
    """
    return [_renamed_set(state, present.set_id) for state in others if _same_notes(state, present.notes)]


def _same_notes(state: DeckState, notes: Mapping[str, Noted]) -> bool:
    """Return whether at least half of the notes are in both, with the same ids and words."""
    same = sum(key in notes and notes[key].words == seen.words for key, seen in state.notes.items())
    return 0 < min(len(state.notes), len(notes)) <= 2 * same


def acknowledge(state: DeckState, present: Present, ids: Collection[str]) -> DeckState:
    """Return the state with the changes of these ids recorded as intended.

    A note that is no longer in the set is retired, together with the cards of a question; a note that is still in the
    set may ask something else from now on.

    Args:
        state: the state after earlier decks.
        present: the whole set.
        ids: the ids of questions, cards (`question/card`) or terms (`term:id`).

    Raises:
        BuildError: no deck had a note with one of these ids, or the note has not changed.
    """
    notes, retired, problems = dict(state.notes), dict(state.retired), []
    for wanted in ids:
        known = [key for key in {**retired, **notes} if key == wanted or key.startswith(f"{wanted}/")]
        gone = [key for key in known if key in notes and key not in present.notes]
        other = [key for key in known if key in present.notes and present.notes[key].words != _words(state, key)]
        if not gone and not other:
            problems.append(_nothing_to_retire(wanted, known, present.notes, state))
        for key in gone:
            retired[key] = notes.pop(key)
        for key in other:
            entry = notes if key in notes else retired
            entry[key] = entry[key]._replace(words=present.notes[key].words)
    if problems:
        raise BuildError(*problems)
    return replace(state, notes=notes, retired=retired)


def _words(state: DeckState, key: str) -> str:
    return (state.notes.get(key) or state.retired[key]).words


def _renamed(state: DeckState, notes: Mapping[str, Noted]) -> dict[str, str]:
    """Return the old and new keys of notes with equal words, or questions with equal bodies, under another id."""
    added = {key: noted for key, noted in notes.items() if key not in state.notes and key not in state.retired}
    by_words = {(_kind(key), _folded(noted.words)): key for key, noted in added.items()}
    by_body = {noted.body: key for key, noted in added.items() if _kind(key) == "question"}
    pairs = {}
    for key, seen in state.notes.items():
        if key in notes or not seen.words:
            continue
        match = by_words.get((_kind(key), _folded(seen.words)))
        if match is None and _kind(key) == "question":
            match = by_body.get(Noted(seen.digest).body)
        if match is not None:
            pairs[key] = match
    return pairs


def _reused(state: DeckState, notes: Mapping[str, Noted]) -> Iterator[str]:
    """Yield the keys of notes that share neither words nor an answer with their earlier version."""
    for key, noted in notes.items():
        seen = state.notes.get(key) or state.retired.get(key)
        if seen is not None and _is_another(seen, noted):
            yield key


def _is_another(seen: Seen, noted: Noted) -> bool:
    if not seen.words or seen.words == noted.words or Noted(seen.digest).body == noted.body:
        return False
    before, after = content_words(seen.words), content_words(noted.words)
    return bool(before and after) and not before & after


def _folded(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def _kind(key: str) -> str:
    """Return the kind of note to which a key belongs; only notes of the same kind can be the same note."""
    if key.startswith("term:"):
        return "term"
    card = key.partition("/")[2]
    return "question" if not card else "cloze" if card.startswith("cloze:") else "card"


def _follows(key: str, renamed: Mapping[str, str]) -> bool:
    """Return whether a card was renamed only together with its question, which is reported itself."""
    owner, card = key.partition("/")[::2]
    return bool(card) and renamed.get(owner) == renamed[key].partition("/")[0]


def _renamed_words(state: DeckState, old: str, new: str, places: Mapping[str, Location]) -> Diagnostic:
    before, after = old, new
    if _kind(old) != "question" and old.rpartition("/")[0] == new.rpartition("/")[0]:
        before, after = _own_id(old), _own_id(new)
    return Diagnostic(
        places.get(new),
        f'the id "{before}" has become "{after}"',
        f'{_short(state.place(old))} has the same {_kind(old)} as "{before}"; Anki would show it twice',
        f"restore the old id, or confirm the change with `--retire {old}`; if no deck with it was ever imported, "
        f"nothing is lost by that (beside a running watch: `studypack check --retire {old}`)",
    )


def _reused_words(state: DeckState, key: str, places: Mapping[str, Location]) -> Diagnostic:
    return Diagnostic(
        places.get(key),
        f'the id "{key}" was used for something else',
        f'{_short(state.place(key))} has it as "{_words(state, key)}"; its note in Anki would be overwritten',
        f"give the new {_kind(key)} an id of its own, or confirm the change with `--retire {key}`",
    )


def _other_set(state: DeckState, set_id: str) -> Diagnostic:
    return Diagnostic(
        Location(state.file, 3),
        f'the set\'s id has changed from "{state.set_id}" to "{set_id}"',
        "Anki would show every note twice",
        f"write `id: {state.set_id}` in the set, or delete this file if it belongs to another set",
    )


def _renamed_set(state: DeckState, set_id: str) -> Diagnostic:
    return Diagnostic(
        Location(state.file, 3),
        f'the set "{set_id}" has the notes of the set "{state.set_id}"',
        "a set without an `id` is named after its file; Anki would show every note twice",
        f"write `id: {state.set_id}` in the set, or delete this file if it belongs to another set",
    )


def _nothing_to_retire(wanted: str, known: Collection[str], notes: Mapping[str, Noted], state: DeckState) -> Diagnostic:
    if any(key in notes for key in known):
        return Diagnostic(None, f'"{wanted}" is in the set unchanged', "", "delete it from the set first")
    if known:
        return Diagnostic(None, f'"{wanted}" is already retired', "", "omit --retire")
    near = suggestion(wanted, state.notes)
    return Diagnostic(None, f'there is no note "{wanted}" to retire', "no earlier deck had it", near)


def _short(place: Location) -> str:
    return f"{place.file}:{place.line}"


def _own_id(key: str) -> str:
    return key.rpartition("/")[2].rpartition(":")[2]
