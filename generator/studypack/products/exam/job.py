"""A job that makes and proves one paper and its key, in any process."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from studypack.errors import BuildError
from studypack.products.exam import PRINTED, ExamOptions
from studypack.products.exam.key import key_claims, render_key
from studypack.products.exam.paper import paper_claims, render_paper, told
from studypack.products.exam.sheets import Sheet, read_back
from studypack.products.options import PrintOptions
from studypack.products.proof import prove
from studypack.questions.content import content_of
from studypack.typeset.layout import Part


@dataclass(frozen=True, slots=True)
class Printed:
    """A paper and its key as finished documents, proved.

    Attributes:
        paper: the paper.
        key: its key.
        unproved: ids of questions whose text cannot be read back completely.
    """

    paper: Part
    key: Part
    unproved: tuple[str, ...] = ()


class _Document(NamedTuple):
    title: str


@dataclass(frozen=True, slots=True)
class PaperJob:
    """Makes one paper and its key.

    Attributes:
        sheet: the paper with everything that it is printed from.
    """

    sheet: Sheet

    def inputs(self) -> Iterable[bytes | str]:
        """Return everything that the paper and its key depend on."""
        sheet = self.sheet
        values = sheet.options.values((PrintOptions,)) | sheet.options[ExamOptions].model_dump(include=set(PRINTED))
        own = json.dumps([values, sheet.paper.code, sheet.paper.name, sheet.date, dict(sheet.pages or {})])
        return ["exam", own, sheet.theme.fingerprint, *content_of(sheet.question_set)]

    def run(self) -> Printed:
        """Make both documents, and prove that they contain what they must, and the paper nothing that it must not.

        Raises:
            BuildError: something is missing, or a paper contains an answer.
        """
        sheet = self.sheet
        paper, key = render_paper(sheet), render_key(sheet)
        problems = list(told(sheet, paper.held))
        unproved: list[str] = []
        for title, part, claims in (("paper", paper, paper_claims(sheet)), ("key", key, key_claims(sheet))):
            document = _Document(f"exam {title} {sheet.paper.code}")
            proof = prove(document, read_back(part.pdf), claims, part.held)
            problems += proof.problems
            unproved += proof.unproved
        if problems:
            raise BuildError(*problems)
        return Printed(replace(paper, held={}), replace(key, held={}), tuple(dict.fromkeys(unproved)))

    def dumps(self, result: Printed) -> bytes:
        """Return both documents as bytes: a line of JSON, then one after the other."""
        paper, key = result.paper.dumps(), result.key.dumps()
        return json.dumps({"paper": len(paper), "unproved": result.unproved}).encode() + b"\n" + paper + key

    def loads(self, content: bytes) -> Printed:
        """Return what `dumps` wrote. Raises any exception for anything else."""
        line, _, rest = content.partition(b"\n")
        head = json.loads(line)
        parts = rest[: head["paper"]], rest[head["paper"] :]
        return Printed(Part.loads(parts[0]), Part.loads(parts[1]), tuple(head["unproved"]))
