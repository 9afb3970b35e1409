"""Each key of a question is declared once, on the model, and everything that reads texts uses the declaration."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from studypack.checks.markdown_lint import markdown_faults
from studypack.checks.preflight import preflight
from studypack.checks.texts import texts_of
from studypack.errors import Location
from studypack.products.proof import claims_of
from studypack.questions import limits, model
from studypack.questions.fields import Kind, Written, leaves, written_at
from studypack.questions.model import AuthoredQuestion, Question, QuestionSet, SingleFile
from studypack.questions.positions import Positions
from studypack.questions.selection import Criteria, select

from tests.making import authored, question


class Longer(Question):
    """A question with an additional key."""

    mnemonic: Annotated[model.Text | None, Written(Kind.BLOCK, inset=3.0)] = None


def _set(mnemonic: str) -> QuestionSet:
    header = model.SetHeader.model_validate({k: v for k, v in authored(1).items() if k != "questions"})
    longer = Longer(**question(0, "topic-0"), number=1, where=Location("made.yaml"), mnemonic=mnemonic)
    return QuestionSet("made", header, (longer,))


def test_a_new_key_is_searched() -> None:
    """`--match` finds a word that occurs only in the new key."""
    assert select(_set("Every good boy."), Criteria(match="good boy")).questions


def test_a_new_key_is_linted_and_preflighted() -> None:
    """An unclosed fence, a dead link and a character without a glyph are found in the new key."""
    made = _set("[gone](#gone) \U0001f9ff\n\n```py\nx")
    faults = [fault.what for text in texts_of(made, Positions()) for fault in markdown_faults(text, Positions())]
    assert faults == ['the code fence is never closed in "mnemonic"']
    said = [diagnostic.what for diagnostic in preflight(made)]
    assert [what for what in said if "mnemonic" in what] == said
    assert len(said) == 2


def test_a_new_key_is_proved() -> None:
    """A product that shows the new key must contain its text."""
    (claim,) = claims_of(_set("Every good boy.\n\n- deserves"), {"mnemonic"})
    assert [run.content for group in claim.groups[2:] for run in group] == ["Every good boy.", "deserves"]


def test_every_text_is_declared() -> None:
    """Every text of a question is declared, unless it is an id, a name or a number."""
    made = Question(**question(0, "topic-0"), number=1, where=Location("made.yaml"))
    named = {"id", "topic", "level", "tags", "marks", "number", "where"}
    assert {leaf.key for leaf in leaves(made)} | named >= set(made.model_fields_set)
    nested = {"choices", "exhibits", "follow_ups", "sources", "cards"}
    for name in set(AuthoredQuestion.model_fields) - named - nested:
        assert written_at(SingleFile, ("questions", 0, name)) is not None, name


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (("questions", 3, "key_points", 1), Kind.LINE),
        (("questions", 3, "exhibits", 0, "table"), Kind.TABLE),
        (("topics", 0, "summary"), Kind.BLOCK),
        (("questions", 3, "id"), None),
        (("nonsense",), None),
    ],
)
def test_plain_data_is_told_by_its_path(path: tuple[Any, ...], kind: Kind | None) -> None:
    """A key's path in data that is not yet validated determines how its text is written."""
    found = written_at(SingleFile, path)
    assert (found and found.kind) == kind
    assert limits.MAX_LINE < limits.MAX_TEXT
