"""JSON of anybody's own: lists of objects, wherever in the file they are, and what their keys seem to mean.

`--map question=KEY` names a key, and `--map answer=details.text` one within another. Texts are taken as Markdown.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from studypack.errors import ContentError, Diagnostic, Location, listed, suggestion
from studypack.importers import own_json
from studypack.importers.draft import Reading, Skipped, Wishes
from studypack.importers.html_cells import without_html
from studypack.importers.json_drafts import Found, draft_of
from studypack.importers.json_values import NAMES, at_path, folded, parsed, plain_of, value_of
from studypack.importers.refusals import no_questions, refusal

_DEEPEST: Final = 20
_NEEDED: Final = ("question", "front", "prompt", "questiontext", "question_text", "q", "term", "word")


class GenericJson:
    """Reads JSON of any shape that holds a list of questions."""

    name = "json"
    suffixes = (".json",)
    summary = "JSON with a list of objects, such as OpenTDB's; --map question=KEY says which key is what"
    mapped = tuple(NAMES)

    def recognises(self, name: str, content: bytes) -> float:
        """Return how sure it is: JSON is known by its start."""
        start = content[:1000].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
        return (0.8 if name.lower().endswith(".json") else 0.5) if start in (b"{", b"[") and start else 0.0

    def read(self, name: str, content: bytes, wishes: Wishes) -> Reading:
        """Return the objects that are questions as drafts."""
        text = content.decode("utf-8-sig", "replace")
        try:
            data = parsed(text)
        except json.JSONDecodeError as error:
            raise refusal(name, "not JSON", error.msg, "correct the file", error.lineno, error.colno) from error
        except ValueError as error:
            raise refusal(name, "this JSON is not read", str(error), "flatten or split it") from error
        lines = _Lines(text)
        if own_json.is_ours(data) and not wishes.columns and (ours := own_json.reading(name, data, lines.of)).drafts:
            return ours
        found = list(_objects(data, wishes.columns))
        if not found:
            raise _no_list(name, data, wishes)
        _check(name, found, wishes.columns)
        drafts, skipped = [], []
        for one in found:
            draft = draft_of(one, wishes.columns)
            where = Location(name, lines.of(value_of(one.item, "question", wishes.columns)))
            if draft.question:
                drafts.append(replace(draft, where=where))
            else:
                skipped.append(Skipped(where, "an object without a question"))
        if not drafts:
            raise no_questions(name, "JSON file")
        title = data.get("title", data.get("deck_name", "")) if isinstance(data, dict) else ""
        shown = plain_of(title).replace("_", " ")
        warnings = _unused(name, found, wishes.columns)
        return Reading(self.name, without_html(drafts), {}, tuple(skipped), warnings, title=shown)


def _check(name: str, found: Sequence[Found], columns: Mapping[str, str]) -> None:
    """Raise ContentError for paths that lead to nothing in any object."""
    named = [path for key, path in columns.items() if key in NAMES]
    lost = [path for path in named if all(at_path(one.item, path) is None for one in found)]
    keys = list(dict.fromkeys(str(key) for one in found for key in one.item))
    if lost:
        why = f"its keys are {listed(keys[:20])}"
        raise ContentError(
            *(Diagnostic(Location(name), f'no object has "{path}"', why, suggestion(path, keys)) for path in lost)
        )


def _unused(name: str, found: Sequence[Found], columns: Mapping[str, str]) -> tuple[Skipped, ...]:
    """Return what the objects hold under keys that mean nothing to us."""
    known = {other for others in NAMES.values() for other in others}
    known |= {folded(path.partition(".")[0]) for path in columns.values()}
    unused = Counter(str(key) for one in found for key, value in one.item.items() if folded(key) not in known and value)
    return tuple(
        Skipped(Location(name), f'the key "{key}" of {count} objects was left out; --map topic={key} would take it')
        for key, count in unused.items()
    )


class _Lines:
    """Finds the lines of texts that occur in this order: the reader of JSON does not give them."""

    def __init__(self, text: str) -> None:
        self._text, self._at, self._line = text, 0, 1

    def of(self, value: object) -> int:
        for ascii_only in (True, False):
            written = json.dumps(value, ensure_ascii=ascii_only)
            at = self._text.find(written, self._at)
            if at >= 0:
                self._line += self._text.count("\n", self._at, at)
                self._at = at
                break
        return self._line


def _objects(data: Any, columns: Mapping[str, str], above: tuple[str, ...] = (), depth: int = 0) -> Iterator[Found]:
    """Yield every object that has a question, wherever it is."""
    if depth > _DEEPEST:
        return
    if isinstance(data, list):
        for one in data:
            yield from _objects(one, columns, above, depth + 1)
    elif isinstance(data, dict):
        if _is_question(data, columns):
            yield Found(data, above)
            return
        named = next((plain_of(data[key]) for key in ("title", "name", "category", "topic") if key in data), "")
        here = (*above, named) if named and depth else above
        for key, value in data.items():
            if isinstance(value, list | dict):
                is_topic = depth <= 1 and isinstance(value, list) and folded(key) not in _CONTAINERS
                yield from _objects(value, columns, (*here, str(key)) if is_topic and not named else here, depth + 1)


_CONTAINERS: Final = {"questions", "results", "entries", "items", "data", "cards", "notes", "quiz", "list", "problems"}
"""Keys that say nothing about the questions in them."""


def _is_question(item: Mapping[str, Any], columns: Mapping[str, str]) -> bool:
    if "question" in columns:
        return at_path(item, columns["question"]) is not None
    lowered = {folded(key): value for key, value in item.items()}
    if any(isinstance(lowered.get(key), str) for key in _NEEDED):
        return True
    asks = any(isinstance(lowered.get(key), str) for key in NAMES["question"])
    answers = (*NAMES["answer"], *NAMES["choices"], *NAMES["wrong"])
    return asks and any(key in lowered and not isinstance(lowered[key], dict) for key in answers)


def _no_list(name: str, data: Any, wishes: Wishes) -> Exception:
    keys = sorted({str(key) for one in _dictionaries(data) for key in one})[:12]
    if "question" in wishes.columns:
        why = f'no object has "{wishes.columns["question"]}"'
        return refusal(name, "no question in this JSON file", f"{why}; its keys are {listed(keys)}", "name one of them")
    why = f"no object has a key such as question, front or term; its keys are {listed(keys)}"
    return refusal(name, "no question in this JSON file", why, "say which key is the question: --map question=KEY")


def _dictionaries(data: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    if isinstance(data, dict):
        yield data
    if isinstance(data, dict | list) and depth < _DEEPEST:
        for one in list(data.values() if isinstance(data, dict) else data)[:100]:
            yield from _dictionaries(one, depth + 1)


IMPORTER = GenericJson()
