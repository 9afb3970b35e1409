"""The same questions as one bare WeasyPrint document: the plainest style sheet, a list of contents, tags.

`python -m tests.benchmarks.bare SET FOLDER` writes `bare.pdf` and prints how many pages it has. It contains every text
of the handbook once, in our fonts; what the handbook has besides (columns, running heads, index, pages to recall, the
proof) costs nothing here. WeasyPrint is as it is installed, without what `typeset/` changes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Final

import weasyprint
from studypack.questions.loader import load
from studypack.questions.model import Question, QuestionSet
from studypack.text.markdown import block, inline
from studypack.typeset.fonts import font_bytes, font_face_rules
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

CSS: Final = """
@page { size: A4; margin: 18mm; @bottom-right { content: counter(page); font: 9pt Inter } }
html { font: 9.5pt/13pt 'Source Serif 4'; hyphens: auto }
h1, h2, h3 { font-family: Inter; break-after: avoid } h1 { break-before: page }
pre, code { font: 8pt/11pt 'JetBrains Mono'; white-space: pre-wrap } p { margin: 0 0 6pt }
nav a::after { content: ' ' target-counter(attr(href), page) } nav p { margin: 0 }
"""


def html(shown: QuestionSet) -> str:
    """Return the whole document."""
    contents = "".join(f'<p><a href="#{q.id}">{q.label} {escape(q.question)}</a>' for q in shown.questions)
    body = "".join(
        f"<h1>{escape(topic.title)}</h1>{''.join(''.join(_pieces(q, shown)) for q in shown.of_topic(topic.id))}"
        for topic in shown.topics
    )
    return f'<html lang="en"><title>{escape(shown.header.title)}</title><nav>{contents}</nav>{body}</html>'


def _pieces(question: Question, shown: QuestionSet) -> Iterator[str]:
    yield f'<h2 id="{question.id}">{question.label} {escape(question.question)}</h2>'
    for text in (question.guidance, question.answer):
        yield block(text) if text else ""
    yield f"<ul>{''.join(f'<li>{inline(each)}' for each in question.key_points)}</ul>"
    for exhibit in question.exhibits:
        yield block(exhibit.table or "")
        if exhibit.listing:
            yield f"<pre>{escape(shown.files[exhibit.listing].decode())}</pre>"
    for pitfall in question.pitfalls:
        yield f"<p>{inline(pitfall)}"
    for asked in question.follow_ups:
        yield f"<h3>{inline(asked.question)}</h3>{block(asked.answer or '')}"
    for source in question.sources:
        yield f"<p>{escape(source.title)}"


class _Fonts(URLFetcher):  # type: ignore[misc]
    """Provides our fonts alone."""

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """Return a font by its address."""
        return URLFetcherResponse(url, font_bytes(url))


def main(path: Path, folder: Path) -> None:
    """Typeset the document of a set."""
    given = {"font_config": FontConfiguration()}
    fetched = given | {"url_fetcher": _Fonts()}
    styles = [weasyprint.CSS(string=text, **fetched) for text in (font_face_rules(), CSS)]
    document = weasyprint.HTML(string=html(load(path).question_set)).render(stylesheets=styles, **given)
    folder.mkdir(parents=True, exist_ok=True)
    document.write_pdf(folder / "bare.pdf", pdf_tags=True)
    sys.stdout.write(f"{len(document.pages)}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
