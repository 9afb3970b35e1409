"""Which column of a table is which key of a question, and what a row becomes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from studypack.errors import Location
from studypack.importers.column_names import SEVERAL, key_of
from studypack.importers.draft import Draft, DraftChoice, DraftSource
from studypack.importers.json_values import fenced
from studypack.importers.lettered import marked, places_of
from studypack.importers.question_words import asks

_LETTERED: Final = re.compile(r"\(?[A-Ha-h][.)]")
_NEARLY: Final = 0.8
"""The share of rows from which on all are alike."""
_LIST: Final = re.compile(r"\s*(?:[;|]|\n)\s*")


def columns_of(head: list[str], rows: list[list[str]], wished: Mapping[str, list[int]]) -> dict[str, list[int]]:
    """Return for each key the places of its columns, from 0.

    Args:
        head: the columns' names; empty where there are none.
        rows: some of the others, to look at.
        wished: what the user said, which counts more.
    """
    taken = {place for places in wished.values() for place in places}
    found: dict[str, list[int]] = {key: list(places) for key, places in wished.items()}
    counted = _numbers(head) | _lettered(head)
    for place, name in enumerate(head):
        key = "choices" if name.strip() in counted else key_of(name)
        if key == "choices" and len(name.strip()) == 1 and not (_letters(head) or counted):
            key = ""
        if key == "key_points" and all(row[place].strip("-. %").isdecimal() for row in rows if any(row[place:])):
            key = ""  # marks
        if key and place not in taken and (key not in found or key in SEVERAL) and key not in wished:
            found.setdefault(key, []).append(place)
    if _letters(head) and head[found.get("answer", [0])[0]].strip().lower() == "a":
        found["choices"] = sorted({*found.get("choices", []), found.pop("answer")[0]})
    if "question" not in found and "answer" not in wished:
        found |= _looked_at(head, rows, taken | {place for places in found.values() for place in places})
    return found


def _numbers(head: list[str]) -> set[str]:
    """Return the names of columns that are numbers from 1, beside a column that says which of them is right."""
    numbers = {name.strip() for name in head if name.strip().isdecimal()}
    counts = numbers == {str(number) for number in range(1, len(numbers) + 1)} and len(numbers) > 1
    return numbers if counts and any(key_of(name) == "correct" for name in head) else set()


def _lettered(head: list[str]) -> set[str]:
    """Return the names of columns that are the same words in any language with A, B, C … behind them."""
    stems: dict[str, list[str]] = {}
    for name in head:
        if match := re.fullmatch(r"(\S.*?)[ _-]+\(?([A-H])\)?", name.strip()):
            stems.setdefault(match[1].lower(), []).append(match[2])
    runs = {stem for stem, letters in stems.items() if len(letters) > 1 and letters == list("ABCDEFGH"[: len(letters)])}
    named = {name.strip() for name in head if name.strip()[:-1].rstrip(" _-(").lower() in runs}
    return {name for name in named if key_of(name) not in ("feedback", "picture")}


def _letters(head: list[str]) -> bool:
    return {"a", "b"} <= {name.strip().lower() for name in head}


def _looked_at(head: list[str], rows: list[list[str]], taken: set[int]) -> dict[str, list[int]]:
    """Return which column asks and which answers, where no head says so: of two the first asks."""
    width = max((len(row) for row in rows), default=0)
    free = [n for n in range(width) if n not in taken]
    asking = {n: sum(n < len(row) and asks(row[n]) for row in rows) / max(1, len(rows)) for n in free}
    best = max(free, key=lambda n: (asking[n], -n), default=None)
    if best is not None and asking[best] >= 0.5:  # most rows
        return {"question": [best], **_answers(rows, [n for n in free if n > best])}
    if not head and len(free) == 2 and width == 2:  # a pair
        return {"question": free[:1], "answer": free[1:]}
    return {}


def _is_lettered(place: int, cells: list[str]) -> bool:
    return _LETTERED.match(cells[place]) is not None


def _answers(rows: list[list[str]], after: list[int]) -> dict[str, list[int]]:
    """Return what the columns behind that of questions are: choices and the right one, or an answer."""

    def share(true: Callable[[list[str]], bool]) -> float:
        return sum(map(true, cells)) / max(1, len(cells))

    cells = [[row[n].strip() if n < len(row) else "" for n in after] for row in rows]
    lettered = [n for n in range(len(after)) if share(partial(_is_lettered, n)) > _NEARLY]
    if len(lettered) > 1:
        others = [n for n in after if n not in {after[place] for place in lettered}]
        return {"choices": [after[place] for place in lettered], **({"correct": others[:1]} if others else {})}
    if len(after) > 2 and share(lambda row: bool(_named(row[:-1], row[-1]))) > _NEARLY:  # two choices, and which one
        return {"choices": after[:-1], "correct": after[-1:]}
    return {"answer": after[:1]} if after else {}


def draft_of(head: Sequence[str], cells: Sequence[str], places: Mapping[str, Sequence[int]], where: Location) -> Draft:
    """Return what a row says; several columns of answers become paragraphs."""

    def every(key: str) -> list[str]:
        return [cells[n].strip() if n < len(cells) else "" for n in places.get(key, ())]

    def of(key: str) -> list[str]:
        return [cell for cell in every(key) if cell]

    def one(key: str) -> str:
        return "\n\n".join(of(key))

    answer, correct = one("answer"), of("correct")
    choices, used = _choices(every("choices"), of("wrong"), correct, answer, every("feedback"))
    said = [*([] if choices else correct), "" if used else answer, one("explanation")]
    said += [] if choices else of("feedback")
    topic = tuple(part.strip() for part in one("topic").split("::"))
    shown = [one("stimulus"), fenced(one("snippet")), *map(_picture, of("picture"))]
    return Draft(
        one("question"), where, "\n\n".join(filter(None, said)), choices, topic if any(topic) else (),
        level=one("level"), tags=_tags(one("tags")), stimulus="\n\n".join(filter(None, shown)),
        guidance=one("guidance"), takeaway=one("takeaway"), key_points=_listed(of("key_points")),
        pitfalls=_listed(of("pitfalls")), follow_ups=_asked_next(of("follow_ups")), key=one("id"),
        sources=tuple(DraftSource(each, each if each.startswith("http") else "") for each in _listed(of("sources"))),
    )  # fmt: skip  # one value


def _picture(address: str) -> str:
    return address if re.search(r"[\s()<]", address) else f"![]({address})"


def _asked_next(cells: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return follow-ups, one on a line: a question, and perhaps `=>` and its answer."""
    lines = [line.partition(" => ") for cell in cells for line in cell.split("\n") if line.strip()]
    return tuple((question.strip(), answer.strip()) for question, _, answer in lines)


def _tags(cell: str) -> tuple[str, ...]:
    """Return tags: what commas, semicolons or lines separate, or else what spaces do."""
    tags = re.split(r"[,;\n]" if re.search(r"[,;\n]", cell) else r"\s+", cell)
    return tuple(tag.strip() for tag in tags if tag.strip())


def _listed(cells: Sequence[str]) -> tuple[str, ...]:
    return tuple(item for cell in cells for item in _LIST.split(cell) if item)


def _choices(
    offered: list[str], wrong: list[str], correct: list[str], answer: str, feedback: list[str]
) -> tuple[tuple[DraftChoice, ...], bool]:
    """Return the choices, and whether the answer only said which one is right."""
    if wrong:
        right = correct or [answer]
        rest = [*filter(None, offered), *wrong] if len(wrong) > 1 or any(offered) else list(_listed(wrong))
        return tuple(DraftChoice(text, text in right) for text in dict.fromkeys([*right, *rest]) if text), not correct
    texts = offered if len(offered) > 1 else list(_listed(offered))
    if sum(map(bool, texts)) < 2:  # a choice
        return (), False
    shown = marked(texts) if all(texts) else [(text, False) for text in texts]
    named = _named([text for text, _ in shown], ", ".join(correct) or answer)
    places = named or {n for n, (_, is_right) in enumerate(shown) if is_right}
    replies = dict(enumerate(feedback))
    made = tuple(DraftChoice(text, n in places, replies.get(n, "")) for n, (text, _) in enumerate(shown) if text)
    return made, bool(named) and not correct


def _named(texts: Sequence[str], said: str) -> set[int]:
    """Return the places of the choices that are named as right: by their texts, their letters, or from 1 on."""
    words = {said.lower(), *(part.strip().lower() for part in said.split(";"))}
    if by_text := {n for n, text in enumerate(texts) if text and text.lower() in words}:
        return by_text
    return {n for n in places_of(said, len(texts)) if texts[n]}
