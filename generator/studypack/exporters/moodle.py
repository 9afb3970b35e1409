"""A set as Moodle XML, with its pictures in it."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from lxml import etree

from studypack.exporters.interface import Exported, asked, losses
from studypack.questions.model import Question, QuestionSet
from studypack.text.formulas import PLACEHOLDER, formula_at
from studypack.text.markdown import block, pictures_in, plain

_HELD: Final = frozenset({"stimulus", "topic", "tags", "answer", "choices", "guidance", "marks", "pictures"})
_LONGEST_NAME: Final = 200


class Moodle:
    """Writes multiple-choice questions, and others as essays whose notes for graders are the answer."""

    name = "moodle"
    suffixes = (".xml",)
    summary = "a question bank as Moodle XML, with pictures"

    def write(self, question_set: QuestionSet) -> Exported:
        """Return the bank, with a category for each topic."""
        root = etree.Element("quiz")
        for topic in question_set.topics:
            path = "/".join(name.replace("/", "//") for name in (question_set.header.title, topic.title))
            category = etree.SubElement(root, "question", type="category")
            _text(etree.SubElement(category, "category"), f"$course$/top/{path}")
            for question in question_set.of_topic(topic.id):
                root.append(_question(question_set, question))
        content: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
        return Exported(content, losses(question_set, _HELD, feedback=True))


def _question(question_set: QuestionSet, question: Question) -> Any:
    element = etree.Element("question", type="multichoice" if question.choices else "essay")
    _text(etree.SubElement(element, "name"), plain(question.question)[:_LONGEST_NAME])
    texts = _Html(question_set.files)
    texts.add(element, "questiontext", asked(question))
    texts.add(element, "generalfeedback", (question.answer or "") if question.choices else "")
    etree.SubElement(element, "defaultgrade").text = str(question.marks or 1)
    etree.SubElement(element, "idnumber").text = question.id
    if question.choices:
        etree.SubElement(element, "single").text = "true" if len(question.correct) == 1 else "false"
        etree.SubElement(element, "shuffleanswers").text = "true"
        etree.SubElement(element, "answernumbering").text = "abc"
        for choice in question.choices:
            share = 100 / len(question.correct) if choice.correct else 0
            fraction = f"{share:.5f}".rstrip("0").rstrip(".") or "0"
            answer = texts.add(element, "answer", choice.text, fraction=fraction)
            texts.add(answer, "feedback", choice.feedback or "")
    else:
        etree.SubElement(element, "responseformat").text = "editor"
        texts.add(element, "graderinfo", question.answer or "")
    if question.guidance:
        texts.add(element, "hint", question.guidance)
    if question.tags:
        tags = etree.SubElement(element, "tags")
        for tag in question.tags:
            _text(etree.SubElement(tags, "tag"), question_set.header.tag_titles[tag])
    return element


class _Html:
    """Writes Markdown as HTML, with the pictures that it shows.

    Args:
        files: the bytes of the set's files by their paths.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def add(self, parent: Any, name: str, markdown: str, **attributes: str) -> Any:
        """Add an element with a text, and its pictures; return it."""
        element = etree.SubElement(parent, name, format="html", **attributes)
        shown = [path for path in dict.fromkeys(pictures_in(markdown)) if path in self._files]
        addresses = {path: f"@@PLUGINFILE@@/{quote(path.replace('/', '-'))}" for path in shown}
        _text(element, PLACEHOLDER.sub(_for_mathjax, block(markdown, pictures=addresses)).strip())
        for path in shown:
            file = etree.SubElement(element, "file", name=path.replace("/", "-"), path="/", encoding="base64")
            file.text = base64.b64encode(self._files[path]).decode()
        return element


def _for_mathjax(picture: re.Match[str]) -> str:
    """Return a formula between the marks that Moodle's MathJax filter knows."""
    latex, display = formula_at(html.unescape(picture[1])) or ("", False)
    return html.escape(rf"\[{latex}\]" if display else rf"\({latex}\)", quote=False)


def _text(parent: Any, text: str) -> None:
    etree.SubElement(parent, "text").text = etree.CDATA(text) if "<" in text and "]]>" not in text else text


EXPORTER = Moodle()
