"""The interface of products: everything that the rest of the program needs to know about a kind of output.

A product consists of a package here, a folder of templates, a line in the registry, and its tests. No other
module refers to it by name: the command line, the cache, the proof and the manifest use this interface.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Final, NamedTuple

from studypack.errors import Diagnostic
from studypack.products.options import NONE, OptionModel, Options, PrintOptions
from studypack.questions.content import content_of
from studypack.questions.model import AuthoredQuestion, Question, QuestionSet
from studypack.shelf import Content
from studypack.text.runs import Held, Run
from studypack.typeset.code_room import CodeRoom
from studypack.typeset.themes import OWN, Theme

ALL_BUT_CARDS: Final = frozenset(AuthoredQuestion.model_fields) - {"cards", "marks"}
"""The fields of a question that a printed product can show."""

Submit = Callable[[Any], Future[Any]]
"""Submits a job (`studypack.jobs.executor.Job`) and returns the future of its result."""


def run_here(job: Any) -> Future[Any]:
    """Run a job in this process at once. The result is serialized and restored, as with any other executor."""
    future: Future[Any] = Future()
    try:
        future.set_result(job.loads(job.dumps(job.run())))
    except Exception as error:  # raised when the caller asks for the result
        future.set_exception(error)
    return future


class StoredState(NamedTuple):
    """What a product remembers between builds: the file name that messages show, and the file's bytes."""

    file: str
    content: bytes


@dataclass(frozen=True, slots=True)
class PackContext:
    """Everything that a product may depend on.

    Attributes:
        question_set: what to render: a whole set or a selection.
        whole: the whole set that the questions were selected from.
        options: the options of all products; each product reads the models that it declares.
        theme: the theme that the options name.
        date: the date of the edition in ISO 8601, which documents carry; empty if there is none.
        now: the time of this build in seconds since 1970; only a product's state may depend on it.
        state: what the product remembers; None if there is nothing yet.
        neighbours: states of this product beside the set whose own sets are gone: this one may have been renamed.
        submit: submits a job.
        begun: called when a composed product has submitted its long jobs, so that other products can use idle workers.
    """

    question_set: QuestionSet
    whole: QuestionSet
    options: Options = NONE
    theme: Theme = OWN
    date: str = ""
    now: int = 0
    state: StoredState | None = None
    neighbours: tuple[StoredState, ...] = ()
    submit: Submit = run_here
    begun: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished product.

    Attributes:
        file: its file.
        amount: the size of the product, counted in `unit`.
        unit: what is counted, in the plural, such as `pages`.
        warnings: what will not print or display well.
        remarks: what the user should know, one sentence each.
        news: what has changed since the last build; shown to the user, but not written to the manifest.
        left_out: what did not fit, by question.
        held: what the typeset HTML contains of each question, by its id.
        state: what to remember for the next build; None to keep the present state.
        companions: further files by name, in which the same content is arranged otherwise.
        places: the number of the page on which each question begins, by its id, for documents that refer to it.
    """

    file: Content
    amount: int
    unit: str
    warnings: tuple[Diagnostic, ...] = ()
    remarks: tuple[str, ...] = ()
    news: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    held: Mapping[str, Held] = field(default_factory=dict)
    state: bytes | None = None
    companions: Mapping[str, bytes] = field(default_factory=dict)
    places: Mapping[str, int] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        """The bytes of its file."""
        return bytes(self.file)


class Estimate(NamedTuple):
    """How large a product will be, reckoned without making it.

    Attributes:
        amount: as in `Rendered`.
        unit: as in `Rendered`.
        remark: what else is to be expected; empty if there is nothing to say.
        exact: whether the amount is certain.
    """

    amount: int
    unit: str
    remark: str = ""
    exact: bool = False


class Checked(NamedTuple):
    """The result of a check before a build: problems, and the state to remember if there are none."""

    problems: tuple[Diagnostic, ...] = ()
    state: bytes | None = None


class Claim(NamedTuple):
    """What a finished file must contain of one question.

    Attributes:
        id: the question's id.
        label: its number, `Q7`.
        question: its words, as plain text.
        groups: runs that the product must hold, those of a group in their order.
        to_left: whether the set's language runs from right to left: engines then give all words in another order.
    """

    id: str
    label: str
    question: str
    groups: tuple[tuple[Run, ...], ...] = ()
    to_left: bool = False

    @property
    def heading(self) -> str:
        """Return the number and the question, as in the printed heading and the outline."""
        return f"{self.label} {self.question}"


class ReadQuestion(NamedTuple):
    """What a finished file contains of one question.

    Attributes:
        name: the id or number of the question; any other name should not be in the file.
        text: its text, as the reading library extracts it.
    """

    name: str
    text: str


class ReadBack(NamedTuple):
    """What a finished file contains: its questions in order, and any problems of the file as a whole."""

    questions: tuple[ReadQuestion, ...]
    problems: tuple[Diagnostic, ...] = ()


class Product(ABC):
    """One kind of output.

    Attributes:
        name: its name on the command line and in the manifest.
        title: its name in messages.
        filename: the name of its file in the pack.
        summary: a description of a few words for `--help`.
        options: the option models that it reads.
        shows: fields of a question that its file may show; changes to other fields do not invalidate the cache.
        guarantees: the fields of a question whose text a finished file must contain.
        composed: whether it submits its parts as jobs; such a product is rendered in the main process.
        cached: whether a finished file may be taken from the cache; not allowed for a product that has state.
        state_file: the name of the file, beside the set, that stores its state; empty if it has none. A state is a JSON
            object whose key `set` has the id of its set.
        default: whether a build makes it that does not name any products.
        companions: the names of the further files that its options may ask for.
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
    default: ClassVar[bool] = True
    companions: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def render(self, pack: PackContext) -> Rendered:
        """Render the selection. Pure: does not read the clock, use the network, look for files, or print.

        Raises:
            BuildError: the product cannot be made.
        """

    @abstractmethod
    def read_back(self, content: bytes) -> ReadBack:
        """Return what a finished file contains of each question, read with a library that did not write it."""

    def read_again(self, content: Content, submit: Submit) -> ReadBack:
        """Return what `read_back` returns; a product may submit jobs, so that only what is new is read.

        Args:
            content: the finished file.
            submit: as in `PackContext`.
        """
        return self.read_back(bytes(content))

    def holds(self, question: Question, options: Options = NONE) -> bool:
        """Return whether a file made with these options shows a question; a product that cannot says so in a remark."""
        return True

    def prints(self, field: str) -> bool:
        """Return whether its file is for print and may show a field of a question."""
        return PrintOptions in self.options and field in self.shows

    def guaranteed(self, options: Mapping[str, Any]) -> frozenset[str]:
        """Return the fields whose text a file made with these options, by name, must contain."""
        return self.guarantees

    def claims(self, question_set: QuestionSet, options: Options = NONE) -> list[Claim]:
        """Return what a finished file made with these options must contain of each question, in order."""
        from studypack.products.proof import claims_of

        return claims_of(question_set, self.guarantees)

    def inputs(self, pack: PackContext) -> Iterable[bytes | str] | None:
        """Return everything except the program that the file depends on; None if it must not be cached."""
        if not self.cached:
            return None
        own = json.dumps(pack.options.values(self.options), sort_keys=True)
        return [self.name, own, pack.date, pack.theme.fingerprint, *content_of(pack.question_set, self.shows)]

    def recalled(self, files: Iterable[Path], whole: QuestionSet) -> bytes | None:
        """Return the state that earlier files of this product show; None if they show none.

        Args:
            files: files of this product in packs of the set.
            whole: the whole set.

        Raises:
            BuildError: a file is damaged, or of another set.
        """
        return None

    def estimate(self, question_set: QuestionSet, options: Options) -> Estimate | None:
        """Return how large the file of a set or a selection will be, within milliseconds; None if that is not known."""
        return None

    def code_room(self, options: Options, theme: Theme) -> CodeRoom | None:
        """Return how much room its pages have for lines of code; None if lines of any length can be read."""
        return None

    def check(self, pack: PackContext) -> Checked:
        """Check, before anything is built, what the check of the set itself does not cover."""
        return Checked()
