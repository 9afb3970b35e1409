"""The interface of products: everything that the program has to know about a kind of output.

A product is one package in this room, one folder of templates, one line in the registry, and its tests. No other
module learns its name: the command line, the cache, the proof and the manifest ask this interface.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, NamedTuple

from studypack.errors import Diagnostic
from studypack.products.options import NONE, OptionModel, Options, PrintOptions
from studypack.questions.content import content_of
from studypack.questions.model import AuthoredQuestion, QuestionSet
from studypack.text.runs import Held, Run
from studypack.typeset.themes import OWN, Theme

ALL_BUT_CARDS: Final = frozenset(AuthoredQuestion.model_fields) - {"cards"}
"""The fields of a question that print can show."""

Submit = Callable[[Any], Future[Any]]
"""Takes on a job (`studypack.jobs.executor.Job`) and gives the future of its result."""


def run_here(job: Any) -> Future[Any]:
    """Run a job in this process, at once; its result comes through its bytes, as it would from anywhere else."""
    future: Future[Any] = Future()
    try:
        future.set_result(job.loads(job.dumps(job.run())))
    except Exception as error:  # the caller gets it where it asks for the result
        future.set_exception(error)
    return future


class StoredState(NamedTuple):
    """What a product remembers from one build to the next: the file, as messages show it, and its bytes."""

    file: str
    content: bytes


@dataclass(frozen=True, slots=True)
class PackContext:
    """All that a product may know.

    Attributes:
        question_set: what to render: a whole set or a selection.
        whole: the whole set that it was selected from.
        options: of all products; each reads the models that it declares.
        theme: the look that the options name.
        date: the edition's date in ISO 8601, empty if it has none; documents carry it.
        now: the time of this build in seconds since 1970; nothing but a product's state may depend on it.
        state: what the product remembers; None if there is nothing yet.
        submit: takes on jobs.
        begun: called once a composed product has submitted its long jobs: other products then fill the gaps.
    """

    question_set: QuestionSet
    whole: QuestionSet
    options: Options = NONE
    theme: Theme = OWN
    date: str = ""
    now: int = 0
    state: StoredState | None = None
    submit: Submit = run_here
    begun: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished product.

    Attributes:
        content: the bytes of its file.
        amount: how much it is, in `unit`.
        unit: the plural of what is counted, such as `pages`.
        warnings: what would print or show badly.
        remarks: what the user should know, one sentence each.
        news: what has changed since the last build; said, but not written into the manifest.
        left_out: what had no room, by question.
        held: what the HTML that was set holds of each question, by its id.
        state: what to remember for the next build; None to leave that as it is.
    """

    content: bytes
    amount: int
    unit: str
    warnings: tuple[Diagnostic, ...] = ()
    remarks: tuple[str, ...] = ()
    news: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    held: Mapping[str, Held] = field(default_factory=dict)
    state: bytes | None = None


class Checked(NamedTuple):
    """What a check before any build found: problems, and the state to remember if there are none."""

    problems: tuple[Diagnostic, ...] = ()
    state: bytes | None = None


class Claim(NamedTuple):
    """What must be found of one question.

    Attributes:
        id: the question's id.
        label: its number, `Q7`.
        question: its words, as plain text.
        groups: runs that the product must hold, those of a group in their order.
    """

    id: str
    label: str
    question: str
    groups: tuple[tuple[Run, ...], ...] = ()

    @property
    def heading(self) -> str:
        """Number and question, as they stand above it and in the outline."""
        return f"{self.label} {self.question}"


class ReadQuestion(NamedTuple):
    """What a finished file holds of one question.

    Attributes:
        name: the question's id or number; any other name is one that should not be there.
        text: its words, as an engine gives them back.
    """

    name: str
    text: str


class ReadBack(NamedTuple):
    """What a finished file holds: its questions in their order, and what is wrong with the file as a whole."""

    questions: tuple[ReadQuestion, ...]
    problems: tuple[Diagnostic, ...] = ()


class Product(ABC):
    """One kind of output.

    Attributes:
        name: the word for the command line and for the manifest.
        title: what messages call it.
        filename: of its file in the pack.
        summary: what it is, in a few words for `--help`.
        options: the models of options that it reads.
        shows: fields of a question that its file may show; a change of any other leaves it in the cache.
        guarantees: fields of a question whose texts a finished file must contain.
        composed: whether it submits its parts as jobs; such a product is rendered in the process that builds.
        cached: whether a finished file may come from the cache; a product with a state of its own may not.
        state_file: the name of the file beside the set that holds what it remembers; empty for none.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    filename: ClassVar[str]
    summary: ClassVar[str]
    options: ClassVar[tuple[type[OptionModel], ...]] = (PrintOptions,)
    shows: ClassVar[frozenset[str]] = ALL_BUT_CARDS
    guarantees: ClassVar[frozenset[str]] = ALL_BUT_CARDS
    composed: ClassVar[bool] = False
    cached: ClassVar[bool] = True
    state_file: ClassVar[str] = ""

    @abstractmethod
    def render(self, pack: PackContext) -> Rendered:
        """Return the product of the selection. Pure: no clock, no network, no discovery, no printing.

        Raises:
            BuildError: it cannot be made.
        """

    @abstractmethod
    def read_back(self, content: bytes) -> ReadBack:
        """Return what a finished file holds of each question, read by an engine that did not make it."""

    def claims(self, question_set: QuestionSet) -> list[Claim]:
        """Return what a finished file must contain of each question, in order."""
        from studypack.products.proof import claims_of

        return claims_of(question_set, self.guarantees)

    def inputs(self, pack: PackContext) -> Iterable[bytes | str] | None:
        """Return everything that the file depends on, the program aside; None if it must not be cached."""
        if not self.cached:
            return None
        own = json.dumps(pack.options.values(self.options), sort_keys=True)
        return [self.name, own, pack.date, pack.theme.fingerprint, *content_of(pack.question_set, self.shows)]

    def check(self, pack: PackContext) -> Checked:
        """Return what is wrong before anything is built, beyond what is wrong with the set itself."""
        return Checked()
