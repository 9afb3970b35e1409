"""What would print badly, before anything is typeset: code, glyphs, figures, links, sources."""

from __future__ import annotations

from collections.abc import Iterator

from studypack.checks.attached import file_faults, file_pieces
from studypack.checks.code_width import wide_blocks
from studypack.checks.glyphs import Coverage, bundled_coverage, missing_glyphs, pieces
from studypack.checks.links import dead_links
from studypack.checks.texts import place, texts_of
from studypack.errors import Diagnostic, Location
from studypack.questions.model import Question, QuestionSet
from studypack.questions.positions import Positions


def preflight(
    question_set: QuestionSet, coverage: Coverage = bundled_coverage, positions: Positions | None = None
) -> tuple[Diagnostic, ...]:
    """Return what would print badly, in file order; nothing is read from disk but our own fonts and style sheet.

    Args:
        question_set: a set, or a selection of one: links to questions outside of a selection lead nowhere in print.
        coverage: the code points that can be set as `serif`, `sans` and `mono`, a theme's fonts included.
        positions: of the loaded set, to name the line of each key instead of its question's.
    """
    positions = positions or Positions()
    texts = list(texts_of(question_set, positions))
    ids = [q.id for q in question_set.questions] + [e.id for e in question_set.glossary]
    owner = "selection" if question_set.subset else "set"
    found = [d for text in texts for d in (*wide_blocks(text, positions), *dead_links(text, ids, owner))]
    found += missing_glyphs([*(p for text in texts for p in pieces(text)), *file_pieces(question_set)], coverage)
    for question in question_set.questions:
        found += [*file_faults(question, question_set, positions), *_placeless(question, positions)]
    return tuple(sorted(dict.fromkeys(found), key=lambda d: d.where or Location("")))


def _placeless(question: Question, positions: Positions) -> Iterator[Diagnostic]:
    for number, source in enumerate(question.sources):
        if not (source.url or source.year or source.where):
            where = place(question, positions, ("sources", number))
            what = f'the source "{source.title}" cannot be looked up'
            yield Diagnostic(where, what, "it has neither url nor year nor where", "add one of them")
