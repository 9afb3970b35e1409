"""Moodle XML: question banks with all of their kinds, and the files embedded in them.

The format is described in the documentation of Moodle, "Moodle XML format".
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final
from urllib.parse import unquote

from studypack.errors import Location
from studypack.importers.draft import Draft, DraftChoice, Reading, Skipped, Wishes
from studypack.importers.embedded import gaps, under_title
from studypack.importers.html_markdown import escaped, markdown_of
from studypack.importers.kinds import NOT_PRINTED, category, cell, gap, pairs, short_answer
from studypack.importers.media import Media
from studypack.importers.refusals import no_questions, refusal
from studypack.importers.xml_source import BrokenXmlError, UnsafeXmlError, child_text, children, parse

_PLUGIN_FILE: Final = "@@PLUGINFILE@@/"
_NUMBERED_GAP: Final = re.compile(r"\[\[(\d+)\]\]")


class MoodleXml:
    """Reads question banks in Moodle XML."""

    name = "moodle"
    suffixes = (".xml",)
    summary = "question banks in Moodle XML, with embedded files"
    mapped = ()
    largest = 134217728

    def recognises(self, name: str, content: bytes) -> float:
        """Return how sure it is: by the element around all questions."""
        start = content[:5_000]
        return 1.0 if b"<quiz" in start and b"<question" in content else 0.0

    def read(self, name: str, content: bytes, wishes: Wishes) -> Reading:
        """Return the questions as drafts."""
        try:
            root = parse(content)
        except UnsafeXmlError as error:
            raise refusal(name, "this XML is not read", str(error), "remove its DOCTYPE") from error
        except BrokenXmlError as error:
            remedy = "export the questions again"
            raise refusal(name, "cannot read this XML", str(error), remedy, error.line, error.column) from error
        drafts: list[Draft] = []
        skipped: list[Skipped] = []
        files: dict[str, Any] = {}
        media = Media(lambda medium: base64.b64decode(files[medium].text or "", validate=False))
        topic: tuple[str, ...] = ()
        for element in children(root, "question"):
            where = Location(name, element.sourceline or 1)
            kind = element.get("type", "")
            if kind == "category":
                topic = category(child_text(element, "category", "text"))
                continue
            files.clear()
            files.update({file.get("name", ""): file for file in element.iter("file")})
            media.forget()
            draft = _Question(element, kind, media).draft(where)
            if isinstance(draft, Skipped):
                skipped.append(draft)
            else:
                drafts.append(replace(draft, topic=topic))
        if not drafts:
            raise no_questions(name, "Moodle XML")
        return Reading(self.name, tuple(drafts), media.taken, tuple(skipped))


class _Question:
    """One question element."""

    def __init__(self, element: Any, kind: str, media: Media) -> None:
        self._element, self._kind, self._media = element, kind, media

    def draft(self, where: Location) -> Draft | Skipped:
        question = self._text(self._element, "questiontext")
        name = child_text(self._element, "name", "text")
        if self._kind == "description":
            return Skipped(where, f'a description, which asks nothing: "{name}"')
        question = question or escaped(name)
        if not question:
            return Skipped(where, "a question without text")
        made = _KINDS.get(self._kind, _Question._unknown)(self, Draft(question, where))
        feedback = self._text(self._element, "generalfeedback")
        hints = [self._text_of(hint) for hint in children(self._element, "hint")]
        tags = [child_text(tag, "text") for one in children(self._element, "tags") for tag in children(one, "tag")]
        return replace(
            made,
            answer="\n\n".join(part for part in (made.answer, feedback) if part),
            guidance="\n\n".join(hint for hint in hints if hint),
            tags=tuple(tag for tag in tags if tag),
            key=child_text(self._element, "idnumber") or (self._element.get("id") or ""),
            doubts=(*made.doubts, *dict.fromkeys(self._media.doubts)),
        )

    def _text(self, element: Any, name: str) -> str:
        found = next(iter(children(element, name)), None)
        return "" if found is None else self._text_of(found)

    def _text_of(self, element: Any) -> str:
        """Return the text in an element, in the format that it names, as Markdown."""
        text = child_text(element, "text") or (element.text or "").strip()
        form = element.get("format", "html")
        if form == "markdown":
            return text
        if form == "plain_text":
            return "\n\n".join(escaped(" ".join(part.split())) for part in re.split(r"\n\s*\n", text) if part.strip())
        if form == "moodle_auto_format" and "<" not in text:
            text = text.replace("\n", "<br>")
        return markdown_of(text, self._picture)

    def _picture(self, address: str) -> str:
        return self._media.picture(unquote(address.removeprefix(_PLUGIN_FILE)).rpartition("/")[2] or address)

    def _choices(self, draft: Draft) -> Draft:
        choices = []
        for answer in children(self._element, "answer"):
            is_right = _number(answer.get("fraction")) > 0
            choices.append(DraftChoice(self._text_of(answer), is_right, self._text(answer, "feedback")))
        kept = tuple(choice for choice in choices if choice.text)
        return replace(draft, choices=kept)

    def _truth(self, draft: Draft) -> Draft:
        made = self._choices(draft)
        shown = tuple(replace(c, text=c.text.capitalize()) for c in made.choices)
        return replace(made, choices=shown)

    def _short(self, draft: Draft) -> Draft:
        right = [answer for answer in children(self._element, "answer") if _number(answer.get("fraction")) > 0]
        told = short_answer([self._with_tolerance(answer) for answer in right])
        said = [self._text(answer, "feedback") for answer in right]
        return replace(draft, answer="\n\n".join([told, *filter(None, said)]))

    def _with_tolerance(self, answer: Any) -> str:
        tolerance = child_text(answer, "tolerance")
        text = escaped(child_text(answer, "text"))
        return f"{text} ± {tolerance}" if _number(tolerance) else text

    def _calculated(self, draft: Draft) -> Draft:
        made = self._short(draft)
        return replace(made, doubts=(NOT_PRINTED.format("calculated, with values in braces"),))

    def _matching(self, draft: Draft) -> Draft:
        matched = [
            (self._text_of(one), escaped(child_text(one, "answer", "text")))
            for one in children(self._element, "subquestion")
        ]
        question, answer = pairs(draft.question, matched)
        return replace(
            draft, question=question, answer=answer, doubts=("a matching question: its pairs are the answer",)
        )

    def _essay(self, draft: Draft) -> Draft:
        return replace(draft, answer=self._text(self._element, "graderinfo"))

    def _embedded(self, draft: Draft) -> Draft:
        source = child_text(self._element, "questiontext", "text")
        question, answer = gaps(source, lambda text: markdown_of(text, self._picture))
        asked = replace(draft, question=question, answer=answer, doubts=(NOT_PRINTED.format("cloze"),))
        return under_title(asked, child_text(self._element, "name", "text"))

    def _boxes(self, draft: Draft) -> Draft:
        """Read a question whose numbered gaps take words of a list."""
        boxes = [self._text_of(one) for one in children(self._element, "dragbox", "selectoption")]
        source = self._text(self._element, "questiontext").replace("\\[", "[")
        used = [int(number) - 1 for number in _NUMBERED_GAP.findall(source)]
        words = [boxes[at] for at in used if 0 <= at < len(boxes)]
        question = f"{_NUMBERED_GAP.sub(lambda _: gap(), source)}\n\n{' / '.join(sorted(set(boxes), key=str.casefold))}"
        told = "\n".join(f"{number}. {word}" for number, word in enumerate(words, 1))
        return replace(draft, question=question, answer=told, doubts=(NOT_PRINTED.format(self._kind),))

    def _ordering(self, draft: Draft) -> Draft:
        items = [self._text_of(answer) for answer in children(self._element, "answer")]
        asked = "\n".join(f"- {item}" for item in sorted(items, key=str.casefold))
        told = "\n".join(f"{number}. {item}" for number, item in enumerate(items, 1))
        doubts = (NOT_PRINTED.format("ordering"),)
        return replace(draft, question=f"{draft.question}\n\n{asked}", answer=told, doubts=doubts)

    def _matrix(self, draft: Draft) -> Draft:
        """Read statements, each with the column that is right for it: true or false, for example."""
        heads = [self._text(one, "responsetext") for one in children(self._element, "column")]
        told = []
        for row in children(self._element, "row"):
            number = row.get("number")
            right = [
                heads[int(one.get("columnnumber")) - 1]
                for one in children(self._element, "weight")
                if one.get("rownumber") == number
                and _number(child_text(one, "value")) > 0
                and (one.get("columnnumber") or "").isdecimal()
                and 0 < int(one.get("columnnumber")) <= len(heads)
            ]
            told.append((cell(self._text(row, "rowtext")), " / ".join(right)))
        asked = "\n".join(f"- {statement}" for statement, _ in told)
        answer = "\n".join(f"- {statement} → {right}" for statement, right in told)
        question = f"{draft.question}\n\n{asked}\n\n{' / '.join(heads)}"
        return replace(draft, question=question, answer=answer, doubts=(NOT_PRINTED.format(self._kind),))

    def _unknown(self, draft: Draft) -> Draft:
        words = [self._text_of(answer) for answer in children(self._element, "answer")]
        boxes = [self._text(one, "text") or child_text(one, "text") for one in children(self._element, "drag")]
        told = "\n".join(f"- {word}" for word in (*words, *boxes) if word)
        for file in self._element.iter("file"):  # a background picture has no place in the text
            if file.getparent().tag == "question" and (path := self._media.picture(file.get("name", ""))):
                draft = replace(draft, question=f"{draft.question}\n\n![]({path})")
        return replace(draft, answer=told, doubts=(NOT_PRINTED.format(self._kind or "unnamed"),))


_KINDS: Final[dict[str, Callable[[_Question, Draft], Draft]]] = {
    "multichoice": _Question._choices,
    "multichoiceset": _Question._choices,
    "truefalse": _Question._truth,
    "shortanswer": _Question._short,
    "numerical": _Question._short,
    "calculated": _Question._calculated,
    "calculatedsimple": _Question._calculated,
    "calculatedmulti": _Question._choices,
    "matching": _Question._matching,
    "ddmatch": _Question._matching,
    "essay": _Question._essay,
    "cloze": _Question._embedded,
    "multianswer": _Question._embedded,
    "ddwtos": _Question._boxes,
    "gapselect": _Question._boxes,
    "ordering": _Question._ordering,
    "mtf": _Question._matrix,
    "kprime": _Question._matrix,
}


def _number(text: str | None) -> float:
    try:
        return float(text or 0)
    except ValueError:
        return 0.0


IMPORTER = MoodleXml()
