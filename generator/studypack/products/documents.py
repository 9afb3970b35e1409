"""Titles, metadata and warnings that all printed products share."""

from __future__ import annotations

from studypack.errors import Diagnostic
from studypack.pdf.binding import Info
from studypack.products.interface import PackContext
from studypack.questions.model import QuestionSet
from studypack.text.markdown import plain


def rendering_warnings(product: str, messages: tuple[str, ...]) -> tuple[Diagnostic, ...]:
    """Return the typesetter's messages as diagnostics."""
    return tuple(Diagnostic(None, f"{product}: {message}") for message in messages)


def document_title(question_set: QuestionSet) -> str:
    """Return the title of a document: the set's title, followed by what was selected."""
    subset = question_set.subset
    title = plain(question_set.header.title)
    return f"{title}: {subset.title}" if subset else title


def document_info(pack: PackContext, kind: str = "") -> Info:
    """Return the metadata of one of a pack's documents.

    Args:
        pack: the pack.
        kind: added to the title if the pack has more than one document with that title.
    """
    header = pack.question_set.header
    title = document_title(pack.question_set)
    words = (plain(header.author or ""), plain(header.subtitle or ""), tuple(keywords(pack.question_set)))
    return Info(f"{title}: {kind}" if kind else title, header.language, *words, pack.date)


def keywords(question_set: QuestionSet) -> list[str]:
    """Return the titles of the topics and the tags of the questions, each once."""
    tags = sorted({tag for question in question_set.questions for tag in question.tags})
    return list(dict.fromkeys([plain(topic.title) for topic in question_set.topics] + tags))
