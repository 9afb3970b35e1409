"""QTI 2.1, 2.2 and 3: items of assessments, single or in a package.

The names are those of "IMS Question and Test Interoperability, Assessment Test, Section, and Item Information Model";
version 3 writes them with hyphens and `qti-` in front.
"""

from __future__ import annotations

import copy
import posixpath
import zipfile
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import unquote

from lxml import etree

from studypack.errors import Location
from studypack.importers import archives
from studypack.importers.draft import Draft, DraftChoice, Reading, Skipped, Wishes
from studypack.importers.html_markdown import escaped, markdown_of
from studypack.importers.kinds import gap, short_answer
from studypack.importers.media import Media
from studypack.importers.refusals import no_questions, refusal
from studypack.importers.xml_source import BrokenXmlError, UnsafeXmlError, local_name, parse

_CHOICES: Final = {"choiceinteraction", "hottextinteraction"}
_TYPED: Final = {"textentryinteraction", "inlinechoiceinteraction"}
_OPEN: Final = {"extendedtextinteraction", "uploadinteraction", "drawinginteraction"}
_OPTIONS: Final = {
    "simplechoice", "inlinechoice", "simpleassociablechoice", "hottext", "gaptext", "gapimg",
}  # fmt: skip  # what interactions offer


class Qti:
    """Reads QTI items."""

    name = "qti"
    suffixes = (".xml", ".zip")
    summary = "assessments in QTI 2.1, 2.2 or 3, single items or packages"
    mapped = ()
    largest = 134217728

    def recognises(self, name: str, content: bytes) -> float:
        """Return how sure it is: by the element of an item, or a package's list of contents."""
        if content.startswith(b"PK"):
            try:
                return 0.9 if "imsmanifest.xml" in archives.opened(content).namelist() else 0.0
            except ValueError:
                return 0.0
        start = content[:5_000].lower()
        marks = (b"<assessmentitem", b"<qti-assessment-item", b"<questestinterop", b"<assessmenttest")
        return 1.0 if any(mark in start for mark in marks) else 0.0

    def read(self, name: str, content: bytes, wishes: Wishes) -> Reading:
        """Return the items as drafts."""
        try:
            archive = archives.opened(content) if content.startswith(b"PK") else None
        except ValueError as error:
            raise refusal(name, "cannot read this package", str(error), "export it again") from error
        drafts: list[Draft] = []
        skipped: list[Skipped] = []
        media = Media(lambda medium: _member(archive, medium))
        for path, source in _documents(name, archive, content):
            root = _root(name if archive is None else f"{name}/{path}", source)
            for element in _items(root):
                draft = _Item(element, media, posixpath.dirname(path)).draft(Location(name, element.sourceline or 1))
                if isinstance(draft, Skipped):
                    skipped.append(draft)
                else:
                    drafts.append(draft)
        if not drafts:
            raise no_questions(name, "QTI file")
        return Reading(self.name, tuple(drafts), media.taken, tuple(skipped))


def _documents(name: str, archive: zipfile.ZipFile | None, content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of each XML document, in the order of the paths."""
    if archive is None:
        yield "", content
        return
    for path in sorted(archive.namelist()):
        if path.lower().endswith(".xml") and posixpath.basename(path) != "imsmanifest.xml":
            try:
                yield path, archives.read(archive, path)
            except ValueError as error:
                raise refusal(name, "cannot read this package", str(error), "export it again") from error


def _member(archive: zipfile.ZipFile | None, name: str) -> bytes:
    if archive is None:
        raise KeyError(name)
    return archives.read(archive, name)


def _root(name: str, source: bytes) -> Any:
    try:
        root = parse(source)
    except UnsafeXmlError as error:
        raise refusal(name, "this XML is not read", str(error), "remove its DOCTYPE") from error
    except BrokenXmlError as error:
        raise refusal(name, "cannot read this XML", str(error), "export it again", error.line, error.column) from error
    if _plain(root) == "questestinterop":
        raise refusal(name, "this is QTI 1.2", "versions 2.1, 2.2 and 3 are read", "export it as QTI 2.1")
    return root


def _items(root: Any) -> list[Any]:
    return [element for element in root.iter() if _plain(element) == "assessmentitem"]


def _plain(element: Any) -> str:
    """Return an element's name as all versions share it: `simplechoice`."""
    return local_name(element).lower().removeprefix("qti-").replace("-", "")


def _attribute(element: Any, name: str) -> str:
    """Return an attribute by the name that all versions share: `responseidentifier`."""
    for key, value in element.attrib.items():
        if etree.QName(key).localname.lower().replace("-", "") == name:
            return str(value)
    return ""


class _Item:
    """One item: its body as Markdown, and what its interactions ask.

    Args:
        element: the item.
        media: the package's pictures.
        folder: where in the package the item lies.
    """

    def __init__(self, element: Any, media: Media, folder: str) -> None:
        self._item, self._media, self._folder = element, media, folder
        self._choices: list[DraftChoice] = []
        self._answers: list[str] = []
        self._doubts: list[str] = []
        self._right = {_attribute(one, "identifier"): _correct(one) for one in self._named("responsedeclaration")}

    def draft(self, where: Location) -> Draft | Skipped:
        title = _attribute(self._item, "title")
        body = next(iter(self._named("itembody")), None)
        if body is None:
            return Skipped(where, f'the item "{title}" has no body')
        self._media.doubts.clear()
        body = copy.deepcopy(body)
        interactions = [one for one in body.iter() if _plain(one).endswith("interaction")]
        if len(interactions) > 1 and any(_plain(one) in _CHOICES for one in interactions):
            self._doubts.append("the item has several parts: they became one question")
        for interaction in interactions:
            self._take(interaction, alone=len(interactions) == 1)
        question = self._markdown(body) or escaped(title)
        if not question:
            return Skipped(where, "an item without text")
        feedback = [self._markdown(one) for one in self._named("modalfeedback")]
        answers = (
            [f"{n}. {text}" for n, text in enumerate(self._answers, 1)] if len(self._answers) > 1 else self._answers
        )
        return Draft(
            question,
            where,
            "\n\n".join(part for part in ("\n".join(answers), *dict.fromkeys(feedback)) if part),
            choices=tuple(self._choices),
            key=_attribute(self._item, "identifier"),
            doubts=(*self._doubts, *dict.fromkeys(self._media.doubts)),
        )

    def _named(self, name: str) -> list[Any]:
        return [one for one in self._item.iter() if _plain(one) == name]

    def _take(self, interaction: Any, *, alone: bool) -> None:
        """Note what an interaction asks, and put in its place what print shows of it."""
        kind = _plain(interaction)
        right = self._right.get(_attribute(interaction, "responseidentifier"), [])
        options = {_attribute(one, "identifier"): one for one in interaction.iter() if _plain(one) in _OPTIONS}
        if kind == "choiceinteraction" and alone:
            self._choices = [self._choice(identifier, one, right) for identifier, one in options.items()]
            for one in options.values():
                _remove(one)
            return
        words = {identifier: self._markdown(one) for identifier, one in options.items()}
        if right:
            told = [" → ".join(words.get(part, escaped(part)) for part in value.split()) for value in right]
            self._answers.append(short_answer(told if words else map(escaped, right)))
        if kind in _TYPED:
            offered = f" ({' / '.join(words.values())})" if words else ""
            _replace(interaction, f"\ue002{offered}")
        elif kind not in _OPEN and kind not in _CHOICES:
            self._doubts.append(f"print cannot hold its kind ({local_name(interaction)}): it became an open question")
        if kind in _OPEN:
            for one in list(interaction):
                if _plain(one) != "prompt":
                    interaction.remove(one)

    def _choice(self, identifier: str, element: Any, right: list[str]) -> DraftChoice:
        element = copy.deepcopy(element)
        said = [one for one in element.iter() if _plain(one) == "feedbackinline"]
        feedback = " ".join(self._markdown(one) for one in said)
        for one in said:
            _remove(one)
        return DraftChoice(self._markdown(element), identifier in right, feedback)

    def _markdown(self, element: Any) -> str:
        """Return an element's content as Markdown; names without namespace are those of HTML."""
        element = copy.deepcopy(element)
        element.tail = None
        for one in element.iter():
            if isinstance(one.tag, str):
                name = _plain(one)
                block = name in _OPTIONS or name in ("prompt", "itembody") or name.endswith("interaction")
                one.tag = "div" if block else name
        source = etree.tostring(element, encoding="unicode", method="html")
        return markdown_of(source, self._picture).replace("\ue002", gap())

    def _picture(self, address: str) -> str:
        if "://" in address:
            return self._media.picture(address)
        return self._media.picture(posixpath.normpath(posixpath.join(self._folder, unquote(address))))


def _correct(declaration: Any) -> list[str]:
    """Return the values of a declaration's correct response; those of a mapping that score without one."""
    for one in declaration:
        if _plain(one) == "correctresponse":
            return [(value.text or "").strip() for value in one if _plain(value) == "value"]
    return [
        _attribute(entry, "mapkey")
        for entry in declaration.iter()
        if _plain(entry) == "mapentry" and not _attribute(entry, "mappedvalue").startswith(("0", "-"))
    ]


def _remove(element: Any) -> None:
    """Remove an element, and keep the text behind it."""
    _replace(element, "")


def _replace(element: Any, text: str) -> None:
    parent, text = element.getparent(), text + (element.tail or "")
    if parent is None:
        return
    before = element.getprevious()
    if before is None:
        parent.text = (parent.text or "") + text
    else:
        before.tail = (before.tail or "") + text
    parent.remove(element)


IMPORTER = Qti()
