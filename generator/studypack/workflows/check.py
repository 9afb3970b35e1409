"""Checks a whole question set for problems, without building anything."""

from __future__ import annotations

from studypack.checks.content import content_warnings
from studypack.checks.theme import theme_warnings
from studypack.errors import BuildError, Diagnostic
from studypack.products import PRODUCTS
from studypack.questions.loader import load
from studypack.questions.model import QuestionSet
from studypack.workflows.contexts import contexts_of, theme_of
from studypack.workflows.packing import write_state
from studypack.workflows.request import Request


def check(request: Request) -> tuple[QuestionSet, tuple[Diagnostic, ...]]:
    """Check a whole question set, and return it with its warnings.

    Args:
        request: the set, and options that request one-time actions, such as retiring an id.

    Raises:
        StudypackError: with every problem, including those that the products' own checks find.
    """
    loaded = load(request.path)
    whole = loaded.question_set
    found = {name: PRODUCTS[name].check(context) for name, context in contexts_of(request, loaded, whole).items()}
    if problems := [problem for checked in found.values() for problem in checked.problems]:
        raise BuildError(*problems)
    for name, checked in found.items():
        write_state(loaded, PRODUCTS[name], checked.state)
    theme = theme_of(request, loaded)
    return whole, (*theme_warnings(theme), *content_warnings(loaded, whole, theme))
