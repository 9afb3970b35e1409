"""Everything that is wrong or doubtful in a whole question set, without building anything."""

from __future__ import annotations

from studypack.checks.content import content_warnings
from studypack.errors import BuildError, Diagnostic
from studypack.products import PRODUCTS
from studypack.questions.loader import load
from studypack.questions.model import QuestionSet
from studypack.workflows.build import contexts_of, theme_of, write_state
from studypack.workflows.request import Request


def check(request: Request) -> tuple[QuestionSet, tuple[Diagnostic, ...]]:
    """Return a whole question set and everything worth a warning in it.

    Args:
        request: the set, and options that ask for something to be done, such as retiring an id.

    Raises:
        StudypackError: with every problem; also those that a product finds before anything is built.
    """
    loaded = load(request.path)
    whole = loaded.question_set
    found = {name: PRODUCTS[name].check(context) for name, context in contexts_of(request, loaded, whole).items()}
    if problems := [problem for checked in found.values() for problem in checked.problems]:
        raise BuildError(*problems)
    for name, checked in found.items():
        write_state(loaded, PRODUCTS[name], checked.state)
    return whole, content_warnings(loaded, whole, theme_of(request, loaded).characters)
