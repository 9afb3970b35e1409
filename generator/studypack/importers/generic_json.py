"""JSON of anybody's own: lists of objects, wherever in the file they are, and what their keys seem to mean.

`--map question=KEY` names a key, and `--map answer=details.text` one within another. Texts are taken as Markdown.
"""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from studypack.errors import Location, listed
from studypack.importers.draft import Draft, DraftCard, DraftChoice, Reading, Skipped, Wishes
from studypack.importers.html_markdown import markdown_of
from studypack.importers.kinds import chosen
from studypack.importers.refusals import no_questions, refusal

OURS: Final = "studypack"
"""The value of `format` in what `studypack export` writes."""
_DEEPEST: Final = 20
_NAMES: Final[Mapping[str, Sequence[str]]] = {
    "question": ("question", "front", "prompt", "questiontext", "question_text", "q", "title", "term", "word", "text"),
    "answer": (
        "answer", "back", "correct_answer", "correctanswer", "correct", "response", "a", "definition", "solution",
        "meaning", "answertext", "correct_answers", "correctanswers", "answerindex", "correctindex", "correct_option",
    ),
    "choices": ("choices", "options", "answers", "alternatives", "possible_answers"),
    "wrong": ("incorrect_answers", "incorrectanswers", "distractors", "wrong_answers"),
    "topic": ("topic", "category", "subject", "deck", "chapter", "section"),
    "level": ("level", "difficulty"),
    "tags": ("tags", "keywords", "labels"),
    "guidance": ("guidance", "hint", "hints"),
    "explanation": ("explanation", "rationale", "feedback", "comment"),
    "takeaway": ("takeaway", "summary"),
    "key_points": ("key_points", "keypoints"),
    "pitfalls": ("pitfalls",),
    "follow_ups": ("follow_ups", "followups"),
    "sources": ("sources", "source", "reference", "references", "url", "link"),
    "cards": ("cards",),
    "key": ("id", "guid", "uuid", "_id", "key", "number"),
}  # fmt: skip  # the keys that other people use for ours
_HTML: Final = re.compile(r"</?(?:p|br|div|b|i|strong|em|ul|ol|li|span|pre|img|h\d|table)\b[^<>]*>", re.IGNORECASE)
_ENTITY: Final = re.compile(r"&(?:quot|#0?39|amp|lt|gt|[a-z]{3,8});")
_NEEDED: Final = ("question", "front", "prompt", "questiontext", "question_text", "q", "term", "word")


@dataclass(frozen=True, slots=True)
class _Found:
    """An object that may be a question, and the names of what is around it."""

    item: Mapping[str, Any]
    above: tuple[str, ...]


class GenericJson:
    """Reads JSON of any shape that holds a list of questions."""

    name = "json"
    suffixes = (".json",)
    summary = "JSON with a list of objects, such as OpenTDB's; --map question=KEY says which key is what"

    def recognises(self, name: str, content: bytes) -> float:
        """Return how sure it is: JSON is known by its start."""
        start = content[:1000].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
        return (0.8 if name.lower().endswith(".json") else 0.5) if start in (b"{", b"[") and start else 0.0

    def read(self, name: str, content: bytes, wishes: Wishes) -> Reading:
        """Return the objects that are questions as drafts."""
        text = content.decode("utf-8-sig", "replace")
        try:
            data = json.loads(text)
        except json.JSONDecodeError as error:
            raise refusal(name, "not JSON", error.msg, "correct the file", error.lineno, error.colno) from error
        except (ValueError, RecursionError) as error:
            raise refusal(name, "this JSON is nested too deeply", "", "flatten it") from error
        found = list(_objects(data, wishes.columns))
        if not found:
            raise _no_list(name, data, wishes)
        is_ours = isinstance(data, dict) and data.get("format") == OURS
        lines = _Lines(text)
        drafts, skipped = [], []
        for one in found:
            draft = _draft(one, wishes.columns, is_ours=is_ours)
            where = Location(name, lines.of(_value(one.item, "question", wishes.columns)))
            if draft.question:
                drafts.append(replace(draft, where=where))
            else:
                skipped.append(Skipped(where, "an object without a question"))
        if not drafts:
            raise no_questions(name, "JSON file")
        title = data.get("title", data.get("deck_name", "")) if isinstance(data, dict) else ""
        language = data.get("language", "") if is_ours else ""
        return Reading(
            self.name,
            tuple(drafts),
            skipped=tuple(skipped),
            warnings=_unused(name, found, wishes.columns),
            title=_plain(title).replace("_", " "),
            language=language,
        )


def _unused(name: str, found: Sequence[_Found], columns: Mapping[str, str]) -> tuple[Skipped, ...]:
    """Return what the objects hold under keys that mean nothing to us."""
    known = {other for others in _NAMES.values() for other in others}
    known |= {_lower(path.partition(".")[0]) for path in columns.values()}
    unused = Counter(str(key) for one in found for key, value in one.item.items() if _lower(key) not in known and value)
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


def _objects(data: Any, columns: Mapping[str, str], above: tuple[str, ...] = (), depth: int = 0) -> Iterator[_Found]:
    """Yield every object that has a question, wherever it is."""
    if depth > _DEEPEST:
        return
    if isinstance(data, list):
        for one in data:
            yield from _objects(one, columns, above, depth + 1)
    elif isinstance(data, dict):
        if _is_question(data, columns):
            yield _Found(data, above)
            return
        named = next((_plain(data[key]) for key in ("title", "name", "category", "topic") if key in data), "")
        here = (*above, named) if named and depth else above
        for key, value in data.items():
            if isinstance(value, list | dict):
                is_topic = depth <= 1 and isinstance(value, list) and _lower(key) not in _CONTAINERS
                yield from _objects(value, columns, (*here, str(key)) if is_topic and not named else here, depth + 1)


_CONTAINERS: Final = {"questions", "results", "entries", "items", "data", "cards", "notes", "quiz", "list", "problems"}
"""Keys that say nothing about the questions in them."""


def _is_question(item: Mapping[str, Any], columns: Mapping[str, str]) -> bool:
    if "question" in columns:
        return _at(item, columns["question"]) is not None
    lowered = {_lower(key): value for key, value in item.items()}
    if any(isinstance(lowered.get(key), str) for key in _NEEDED):
        return True
    asks = any(isinstance(lowered.get(key), str) for key in _NAMES["question"])
    answers = (*_NAMES["answer"], *_NAMES["choices"], *_NAMES["wrong"])
    return asks and any(key in lowered and not isinstance(lowered[key], dict) for key in answers)


def _draft(found: _Found, columns: Mapping[str, str], *, is_ours: bool) -> Draft:
    item = found.item

    def value(key: str) -> Any:
        return _value(item, key, columns)

    def text(key: str) -> str:
        return _text(value(key), exact=is_ours)

    choices, answer = _choices(value("choices"), value("wrong"), value("answer"), exact=is_ours)
    explanation = text("explanation")
    topic = value("topic")
    path = tuple(map(_plain, topic)) if isinstance(topic, list) else (_plain(topic),)
    return Draft(
        text("question"),
        Location(""),
        "\n\n".join(part for part in (answer, explanation) if part),
        choices=choices,
        topic=tuple(step for step in path if step) or found.above,
        level=_plain(value("level")),
        tags=tuple(filter(None, map(_plain, _listed(value("tags"))))),
        guidance=text("guidance"),
        takeaway=text("takeaway"),
        key_points=tuple(filter(None, (_text(one, exact=is_ours) for one in _listed(value("key_points"))))),
        pitfalls=tuple(filter(None, (_text(one, exact=is_ours) for one in _listed(value("pitfalls"))))),
        follow_ups=tuple(_follow_up(one, exact=is_ours) for one in _listed(value("follow_ups"))),
        sources=tuple(_source(one) for one in _listed(value("sources"))),
        cards=tuple(_card(one) for one in _listed(value("cards")) if isinstance(one, dict)),
        key=_plain(value("key")),
        doubts=chosen(choices) if choices else (),
    )


def _choices(offered: Any, wrong: Any, right: Any, *, exact: bool) -> tuple[tuple[DraftChoice, ...], str]:
    """Return the choices, and the answer without what only says which of them is right."""
    if wrong is not None:
        good = [DraftChoice(_text(one, exact=exact), True) for one in _listed(right)]
        bad = [DraftChoice(_text(one, exact=exact)) for one in _listed(wrong)]
        return tuple(sorted((*good, *bad), key=lambda choice: choice.text.casefold())), ""
    letters: Sequence[str] = ()
    if isinstance(offered, dict):
        letters, offered = tuple(map(str, offered)), list(offered.values())
    if not isinstance(offered, list) or not offered:
        return (), _text(right, exact=exact)
    made = [_choice(one, exact=exact) for one in offered]
    letters = letters or [chr(65 + at) for at in range(len(made))]
    if any(choice.correct for choice in made):
        return tuple(made), _text(right, exact=exact)
    marked = _marked(made, letters, _listed(right))
    if not any(marked):
        return tuple(made), _text(right, exact=exact)
    return tuple(replace(choice, correct=is_right) for choice, is_right in zip(made, marked, strict=True)), ""


def _marked(choices: Sequence[DraftChoice], letters: Sequence[str], right: list[Any]) -> list[bool]:
    """Return for each choice whether it is named as right: by its text, its letter, or its number from 0."""
    texts = {_text(one, exact=True).strip().casefold() for one in right}
    if any(choice.text.strip().casefold() in texts for choice in choices):
        return [choice.text.strip().casefold() in texts for choice in choices]
    if any(letter.casefold() in texts for letter in letters):
        return [letter.casefold() in texts for letter in letters]
    numbers = {one for one in right if isinstance(one, int) and not isinstance(one, bool)}
    return [at in numbers for at in range(len(choices))]


def _choice(one: Any, *, exact: bool) -> DraftChoice:
    if not isinstance(one, dict):
        return DraftChoice(_text(one, exact=exact))
    lowered = {_lower(key).replace("_", ""): value for key, value in one.items()}
    text = next((lowered[key] for key in ("text", "answer", "option", "choice", "value", "body") if key in lowered), "")
    right = next((lowered[key] for key in ("correct", "iscorrect", "right", "isright") if key in lowered), False)
    is_right = right is True or str(right).lower() in ("true", "1", "yes")
    return DraftChoice(_text(text, exact=exact), is_right, _text(lowered.get("feedback"), exact=exact))


def _follow_up(one: Any, *, exact: bool) -> tuple[str, str]:
    if isinstance(one, dict):
        return _text(one.get("question"), exact=exact), _text(one.get("answer"), exact=exact)
    return _text(one, exact=exact), ""


def _source(one: Any) -> tuple[str, str]:
    if isinstance(one, dict):
        return _plain(one.get("title", one.get("name", ""))), _plain(one.get("url", ""))
    words = _plain(one)
    return (words, words) if re.match(r"https?://\S+$", words) else (words, "")


def _card(one: Mapping[str, Any]) -> DraftCard:
    return DraftCard(*(str(one.get(key) or "") for key in ("front", "back", "cloze")))


def _value(item: Mapping[str, Any], key: str, columns: Mapping[str, str]) -> Any:
    """Return what an object has for one of our keys: where the user says, or by the names that others use."""
    if key in columns:
        return _at(item, columns[key])
    taken = {_lower(path) for path in columns.values()}
    lowered = {_lower(name): value for name, value in item.items()}
    for name in _NAMES.get(key, (key,)):
        if lowered.get(name) is not None and name not in taken:
            return lowered[name]
    return None


def _at(item: Any, path: str) -> Any:
    """Return what is at a path of keys and numbers, `details.0.text`."""
    if isinstance(item, dict) and path in item:
        return item[path]
    for step in path.split("."):
        if isinstance(item, dict):
            item = item.get(step)
        elif isinstance(item, list) and step.isdecimal() and int(step) < len(item):
            item = item[int(step)]
        else:
            return None
    return item


def _text(value: Any, *, exact: bool) -> str:
    """Return a value as Markdown; several are paragraphs."""
    if isinstance(value, list):
        return "\n\n".join(filter(None, (_text(one, exact=exact) for one in value)))
    if isinstance(value, dict):
        named = next((value[key] for key in ("text", "value", "content", "html") if key in value), "")
        return _text(named, exact=exact) if not isinstance(named, dict) else ""
    words = _plain(value) if not isinstance(value, str) else value.strip()
    if exact:
        return words
    if _HTML.search(words):
        return markdown_of(words)
    return html.unescape(words) if _ENTITY.search(words) else words


def _plain(value: Any) -> str:
    if value is None or isinstance(value, list | dict):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return html.unescape(str(value)).strip() if "&" in str(value) else str(value).strip()


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _lower(key: object) -> str:
    return str(key).strip().lower().replace(" ", "_").replace("-", "_")


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
