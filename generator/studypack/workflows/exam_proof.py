"""The proof of an exam's documents: every question of every paper, and the paper's code on each page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from studypack.errors import Diagnostic
from studypack.products.interface import Claim, ReadBack, ReadQuestion
from studypack.products.proof import prove, runs_to_left
from studypack.text.languages import language
from studypack.text.runs import Run, squeezed
from studypack.workflows.exam_file import KEYS, PAPERS

_PAGES: Final = {PAPERS: "pages", KEYS: "key_pages"}
"""The documents with all papers and all keys, and how `exam.json` calls their numbers of pages."""


class Asked(NamedTuple):
    """A paper as `exam.json` has it: its code, its number of pages, and its questions in order."""

    code: str
    pages: int
    questions: tuple[Claim, ...]


def expected(exam: Mapping[str, Any], name: str) -> tuple[Asked, ...]:
    """Return the papers that a file of an exam must contain; none if it is not one with all of them.

    Args:
        exam: the content of `exam.json`.
        name: the file's name.
    """
    to_left = language(exam["set"]["language"]).direction == "rtl"
    claims = {
        each["id"]: Claim(
            each["id"], "", each["question"], (tuple(Run("text", words) for words in each["words"]),), to_left
        )
        for each in exam["questions"]
    }
    key = _PAGES.get(name)
    return tuple(
        Asked(
            paper["code"],
            paper[key],
            tuple(claims[task["id"]]._replace(label=str(n)) for n, task in enumerate(paper["questions"], 1)),
        )
        for paper in (exam["papers"] if key else ())
    )


class _Document(NamedTuple):
    title: str


def proved(content: bytes, wanted: Sequence[Asked]) -> tuple[int, list[Diagnostic]]:
    """Return how many questions a document contains, and what is wrong with it.

    Args:
        content: a PDF.
        wanted: the papers that it must contain.
    """
    from studypack.pdf.text_extraction import page_texts

    problems = list(_codes(page_texts(content), wanted))
    there = list(_papers(content))
    if [title.split(" ")[0] for title, _ in there] != [paper.code.split(" ")[0] for paper in wanted]:
        problems.append(Diagnostic(None, "does not have the papers of the exam, in their order"))
    found = 0
    for paper, (_, read) in zip(wanted, there, strict=False):
        proof = prove(_Document(f"paper {paper.code}"), ReadBack(tuple(read)), paper.questions)
        found += len(proof.found)
        problems += proof.problems
    return found, problems


def _papers(content: bytes) -> Iterator[tuple[str, list[ReadQuestion]]]:
    """Yield the title of each paper in a document, and what is printed of its questions."""
    from studypack.pdf.text_extraction import sections

    title, questions = "", list[ReadQuestion]()
    for section in sections(content):
        if section.depth:
            questions.append(ReadQuestion(section.title.partition(" ")[0], section.text))
            continue
        if title:
            yield title, questions
        title, questions = section.title, []
    if title:
        yield title, questions


def _codes(pages: Sequence[str], papers: Sequence[Asked]) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each page that is missing, or that does not carry its paper's code."""
    expected = [paper for paper in papers for _ in range(paper.pages)]
    if len(pages) != len(expected):
        yield Diagnostic(None, f"has {len(pages)} pages", f"the exam has {len(expected)}")
    for number, (text, paper) in enumerate(zip(pages, expected, strict=False), 1):
        if not _carries(text, paper):
            yield Diagnostic(None, f"page {number} does not carry the code {paper.code}")


def _carries(text: str, paper: Asked) -> bool:
    """Return whether a page has a paper's code; text beside others from right to left is read back in another order."""
    if squeezed(paper.code) in squeezed(text) or runs_to_left(paper.code):
        return True
    to_left = any(claim.to_left for claim in paper.questions)
    return to_left and any(sorted(word) == sorted(squeezed(paper.code)) for word in text.split())
