"""Find what would print badly before anything is typeset: code, glyphs, figures, links and sources."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from studypack.checks.attached import file_faults, file_pieces
from studypack.checks.code_width import wide_blocks
from studypack.checks.glyphs import Coverage, bundled_coverage, missing_glyphs, pieces
from studypack.checks.links import dead_links
from studypack.checks.texts import EVERY, Doubts, Text, place, texts_of
from studypack.errors import Diagnostic, Location
from studypack.questions.fields import BOTH
from studypack.questions.model import Question, QuestionSet
from studypack.questions.positions import Positions
from studypack.typeset.code_room import OURS, CodeRoom


def preflight(
    question_set: QuestionSet,
    coverage: Coverage = bundled_coverage,
    positions: Positions | None = None,
    room: CodeRoom = OURS,
    *,
    cards: bool = False,
    doubts: Doubts = EVERY,
) -> tuple[Diagnostic, ...]:
    """Return warnings about what would print badly, in file order; only our own fonts are read.

    Args:
        question_set: a set or a selection; a link to a question outside the selection leads nowhere in print.
        coverage: returns the code points that can be set in `serif`, `sans` and `mono`, including a theme's fonts.
        positions: the positions of the loaded set; without them, only the lines of questions are known.
        room: the room that the theme leaves for lines of code.
        cards: whether cards are printed, too.
        doubts: which texts may have a fault; the others are not looked at again.
    """
    positions = positions or Positions()
    shown = texts_of(question_set, positions, doubts)
    texts = [on_paper(text) if cards else text for text in shown]
    ids = [q.id for q in question_set.questions] + [e.id for e in question_set.glossary]
    owner = "selection" if question_set.subset else "set"
    found = [d for text in texts for d in (*wide_blocks(text, positions, room), *dead_links(text, ids, owner))]
    found += missing_glyphs([*(p for text in texts for p in pieces(text)), *file_pieces(question_set)], coverage)
    for question in question_set.questions:
        found += [*file_faults(question, question_set, positions, room), *_placeless(question, positions)]
    return tuple(sorted(dict.fromkeys(found), key=lambda d: d.where or Location("")))


def on_paper(text: Text) -> Text:
    """Return a text of a card as it is if that is printed; its front is in one font, its back in the other."""
    of_card = text.path[1] == "cards" and text.written.kind.is_markdown
    return replace(text, written=replace(text.written, fonts=BOTH)) if of_card else text


def _placeless(question: Question, positions: Positions) -> Iterator[Diagnostic]:
    for number, source in enumerate(question.sources):
        if not (source.url or source.year or source.where):
            where = place(question, positions, ("sources", number))
            what = f'the source "{source.title}" cannot be looked up'
            yield Diagnostic(where, what, "it has no url, year or where", "add one of them")
