"""Which column of a table is which key of a question, and what a row becomes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from studypack.errors import Location
from studypack.importers.draft import Draft, DraftChoice
from studypack.importers.question_words import asks, unnumbered

_WORDS: Final = {
    "question": "question questions prompt front term q frage pregunta problem stem item",
    "answer": "answer answers back definition a response solution antwort respuesta explanation",
    "topic": "topic category subject chapter section deck thema kategorie tema unit",
    "level": "level difficulty schwierigkeit niveau",
    "tags": "tags tag keywords labels",
    "key": "id guid uid key number no nr # uuid",
    "guidance": "guidance hint hints note notes tip",
    "takeaway": "takeaway summary",
    "key_points": "points",
    "pitfalls": "pitfalls",
    "sources": "source sources reference references url link",
    "correct": "correct right key",
}
_CHOICE: Final = re.compile(
    r"(?:(?:choice|option|distractor|alternative|opt)s?[ _-]*([a-h0-9]{0,2})|([a-h]))", re.IGNORECASE
)
_CORRECT: Final = re.compile(
    r"(?:correct|right)(?:[ _-]*(?:answer|option|choice|letter))?s?(?:[ _-]*(?:index|number|no))?", re.IGNORECASE
)
_WRONG: Final = re.compile(r"(?:incorrect|wrong)(?:[ _-]*(?:answer|option|choice))?s?[ _-]*\d*", re.IGNORECASE)
_NUMBERED: Final = re.compile(r"^(.*?)[ _-]*\d+$")
_LIST: Final = re.compile(r"\s*(?:[;|]|\n)\s*")


class _Keys:
    """The keys that a column can be."""

    names = ("question", "answer", "topic", "level", "tags", "key", "guidance", "takeaway", "key_points", "pitfalls",
             "sources", "choices", "correct", "wrong")  # fmt: skip  # one list

    def key(self, head: str) -> str:
        """Return the key that a column's name says; empty where it says none."""
        word = " ".join(head.strip().strip("*:").replace("_", " ").lower().split())
        if not word:
            return ""
        if word.replace(" ", "_") in self.names:  # as our own tables call it
            return word.replace(" ", "_")
        if _WRONG.fullmatch(word):
            return "wrong"
        if _CORRECT.fullmatch(word):
            return "correct"
        if _CHOICE.fullmatch(word) and word != "a":
            return "choices"
        for each in (word, word.split()[0], word.split()[-1]):
            match = _NUMBERED.match(each)
            for key, words in _WORDS.items():
                if each in words.split() or (match and match[1] in words.split() and key in ("answer", "key_points")):
                    return key
        return ""


KEYS: Final = _Keys()


def columns_of(head: list[str], rows: list[list[str]], wished: Mapping[str, list[int]]) -> dict[str, list[int]]:
    """Return for each key the places of its columns, from 0.

    Args:
        head: the columns' names; empty where there are none.
        rows: some of the others, to look at.
        wished: what the user said, which counts more.
    """
    taken = {place for places in wished.values() for place in places}
    found: dict[str, list[int]] = {key: list(places) for key, places in wished.items()}
    for place, name in enumerate(head):
        key = KEYS.key(name)
        if key == "choices" and len(name.strip()) == 1 and not _letters(head):
            key = ""
        if (
            key
            and place not in taken
            and (key not in found or key in ("choices", "wrong", "answer", "key_points"))
            and key not in wished
        ):
            found.setdefault(key, []).append(place)
    if _letters(head) and head[found.get("answer", [0])[0]].strip().lower() == "a":
        found["choices"] = sorted({*found.get("choices", []), found.pop("answer")[0]})
    if "question" not in found and "answer" not in wished:
        found |= _looked_at(head, rows, taken | {place for places in found.values() for place in places})
    return found


def _letters(head: list[str]) -> bool:
    return {"a", "b"} <= {name.strip().lower() for name in head}


def _looked_at(head: list[str], rows: list[list[str]], taken: set[int]) -> dict[str, list[int]]:
    """Return which column asks and which answers, where no head says so: of two the first asks."""
    width = max((len(row) for row in rows), default=0)
    free = [n for n in range(width) if n not in taken]
    asking = {n: sum(n < len(row) and asks(row[n]) for row in rows) / max(1, len(rows)) for n in free}
    best = max(free, key=lambda n: (asking[n], -n), default=None)
    if best is not None and asking[best] >= 0.5:  # most rows
        after = [n for n in free if n > best]
        return {"question": [best], **({"answer": after[:1]} if after else {})}
    if not head and len(free) == 2 and width == 2:  # a pair
        return {"question": free[:1], "answer": free[1:]}
    return {}


def draft_of(head: Sequence[str], cells: Sequence[str], places: Mapping[str, Sequence[int]], where: Location) -> Draft:
    """Return what a row says; several columns of answers become paragraphs."""

    def of(key: str) -> list[str]:
        return [cells[n].strip() for n in places.get(key, ()) if n < len(cells) and cells[n].strip()]

    def one(key: str) -> str:
        return "\n\n".join(of(key))

    answer, correct = one("answer"), of("correct")
    choices, used = _choices(of("choices"), of("wrong"), correct, answer)
    if used:
        answer = ""
    if correct and not choices:
        answer = "\n\n".join(filter(None, ["\n\n".join(correct), answer]))
    topic = tuple(part.strip() for part in one("topic").split("::"))
    return Draft(
        unnumbered(one("question")) or one("question"), where, answer, choices, topic if any(topic) else (),
        level=one("level"), tags=tuple(re.split(r"[,;\s]+", one("tags"))) if one("tags") else (),
        guidance=one("guidance"), takeaway=one("takeaway"), key_points=_listed(of("key_points")),
        pitfalls=_listed(of("pitfalls")), key=one("key"),
        sources=tuple((each, each) for each in _listed(of("sources"))),
    )  # fmt: skip  # one value


def _listed(cells: Sequence[str]) -> tuple[str, ...]:
    return tuple(item for cell in cells for item in _LIST.split(cell) if item)


def _choices(
    offered: list[str], wrong: list[str], correct: list[str], answer: str
) -> tuple[tuple[DraftChoice, ...], bool]:
    """Return the choices, and whether the answer only said which one is right."""
    if wrong:
        right = correct or [answer]
        rest = [*offered, *wrong] if len(wrong) > 1 or offered else list(_listed(wrong))
        return tuple(DraftChoice(text, text in right) for text in dict.fromkeys([*right, *rest]) if text), not correct
    texts = offered if len(offered) > 1 else list(_listed(offered))
    if len(texts) < 2:  # a choice
        return (), False
    said = ", ".join(correct) or answer
    by_text = {
        n
        for n, text in enumerate(texts)
        if text.lower() in {said.lower(), *(p.strip().lower() for p in said.split(";"))}
    }
    letters = re.fullmatch(r"(?:option\s*)?([A-H1-8](?:[\s,;&]+[A-H1-8])*)[.)]?", said.strip(), re.IGNORECASE)
    places = {_place(mark) for mark in re.findall("[A-Ha-h1-8]", letters[1])} if letters else set[int]()
    marked = by_text or places
    return tuple(DraftChoice(text, n in marked) for n, text in enumerate(texts)), bool(marked) and not correct


def _place(mark: str) -> int:
    return int(mark) - 1 if mark.isdecimal() else ord(mark.upper()) - ord("A")
