"""Jobs that make and prove one product each, in any process."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, ClassVar, Final

from studypack.errors import BuildError, ContentError, Diagnostic, Location, StudypackError
from studypack.products import PRODUCTS
from studypack.products.interface import Claim, PackContext, Product, Rendered
from studypack.products.options import Options
from studypack.questions.content import content_of, reduced
from studypack.questions.model import QuestionSet
from studypack.shelf import Content, Shelf, mapped
from studypack.text.runs import Held, Run

if TYPE_CHECKING:
    from studypack.products.proof import Finding, Proof

CLAIMS: Final = b'"claims"\n'
"""The line with which claims begin in the cache."""

QUESTIONS: Final = 10
"""The questions of which one job finds the claims."""


@dataclass(frozen=True, slots=True)
class Made:
    """One product of a pack, made and proved; `seconds` is how long that took, now or when it was cached."""

    name: str
    rendered: Rendered
    seconds: float
    cached: bool = False


@dataclass(frozen=True)
class ClaimsJob:
    """A job that finds what a product must contain of some questions.

    Attributes:
        name: the name of the product.
        question_set: the questions.
        options: the options of all products.
    """

    name: str
    question_set: QuestionSet
    options: Options

    def inputs(self) -> Iterable[bytes | str]:
        """Return everything except the program that the claims depend on."""
        product = PRODUCTS[self.name]
        own = json.dumps(self.options.values(product.options), sort_keys=True)
        return [self.name, own, *content_of(self.question_set, product.shows)]

    def run(self) -> bytes:
        """Return the claims as JSON, in the order of the questions: most builds need not read them."""
        claims = PRODUCTS[self.name].claims(self.question_set, self.options)
        return json.dumps(claims).encode("utf-8", "surrogatepass")

    def dumps(self, result: bytes) -> bytes:
        """Return the claims behind a line that says what they are."""
        return CLAIMS + result

    def loads(self, content: bytes) -> bytes:
        """Return the claims that `dumps` serialized. Raises a ValueError if the content is something else."""
        if not content.startswith(CLAIMS):
            raise ValueError("not claims")
        return content.removeprefix(CLAIMS)


def read_claims(content: bytes) -> list[Claim]:
    """Return the claims that a job found."""
    return [
        Claim(name, label, words, tuple(tuple(Run(*run) for run in group) for group in groups), to_left)
        for name, label, words, groups, to_left in json.loads(content)
    ]


@dataclass(frozen=True)
class ProofJob:
    """A job that looks for what is claimed of some questions: in the HTML, and in what was read back from the file.

    Attributes:
        job: the job that finds the claims.
        claims: its result.
        held: what the HTML contained of each of these questions that it contains.
        texts: what the file contains of each of them that it contains.
    """

    here: ClassVar = True
    job: ClaimsJob
    claims: Future[Content]
    held: Mapping[str, Held]
    texts: Mapping[str, str]

    def inputs(self) -> Iterable[bytes | str]:
        """Return everything except the program that the result depends on."""
        held = (part for key, (text, pictures) in self.held.items() for part in (key, text, json.dumps(pictures)))
        texts = (part for key, text in self.texts.items() for part in (key, text))
        return ["proof", *self.job.inputs(), "held", *held, "texts", *texts]

    def run(self) -> list[Finding]:
        """Return what was found, in the order of the questions."""
        from studypack.products.proof import examine

        return [examine(each, self.texts.get(each.id), self.held) for each in read_claims(bytes(self.claims.result()))]

    def dumps(self, result: list[Finding]) -> bytes:
        """Serialize what was found as JSON."""
        return json.dumps(result).encode("utf-8", "surrogatepass")

    def loads(self, content: bytes) -> list[Finding]:
        """Return what `dumps` serialized. Raises any exception if the content is invalid."""
        from studypack.products.proof import Finding

        return [Finding(*each) for each in json.loads(content)]


@dataclass(frozen=True)
class ProductJob:
    """A job that makes one product.

    Attributes:
        name: the name of the product.
        pack: the input of the product.
    """

    name: str
    pack: PackContext

    def inputs(self) -> Iterable[bytes | str] | None:
        """Return everything that the product depends on; None if it must not be cached."""
        return PRODUCTS[self.name].inputs(self.pack)

    def run(self) -> Made:
        """Make the product and prove that it is complete.

        Raises:
            BuildError: the product cannot be made, or something is missing from it.
        """
        began = time.perf_counter()
        product = PRODUCTS[self.name]
        rendered, proof = (self._composed if product.composed else self._single)(product)
        if proof.problems:
            raise BuildError(*proof.problems)
        if proof.unproved:
            labels = ", ".join(q.label for q in self.pack.question_set.questions if q.id in proof.unproved)
            remark = (
                f"{labels}: not fully verified, because some letters of these scripts cannot be read back from the file"
            )
            rendered = replace(rendered, remarks=(*rendered.remarks, remark))
        return Made(self.name, rendered, time.perf_counter() - began)

    def _single(self, product: Product) -> tuple[Rendered, Proof]:
        from studypack.products.proof import prove

        rendered = self._rendered(product)
        expected = product.claims(self.pack.question_set, self.pack.options)
        return rendered, prove(product, product.read_back(rendered.content), expected, rendered.held)

    def _composed(self, product: Product) -> tuple[Rendered, Proof]:
        """Make and prove a product that has many questions: what is known of a few of them is kept in the cache."""
        from studypack.products.proof import conclude, texts_of

        whole, submit = self.pack.question_set, self.pack.submit
        groups = [whole.questions[first : first + QUESTIONS] for first in range(0, len(whole.questions), QUESTIONS)]
        jobs = [ClaimsJob(self.name, reduced(whole, asked), self.pack.options) for asked in groups]
        shelf = Shelf()
        claims = cache(lambda: [mapped(submit(job), shelf.put) for job in jobs])
        rendered = self._rendered(product, claims)
        read, held, found = product.read_again(rendered.file, submit), rendered.held, []
        texts = texts_of(read, whole.questions)
        for job, asked, claimed in zip(jobs, groups, claims(), strict=True):
            here = [question.id for question in asked]
            own = {key: held[key] for key in here if key in held}, {key: texts[key] for key in here if key in texts}
            found += submit(ProofJob(job, claimed, *own)).result()
        return rendered, conclude(product, read, found, held)

    def _rendered(self, product: Product, meanwhile: Callable[[], object] = lambda: None) -> Rendered:
        """Return the product; while workers typeset its long parts, do something else that is needed later."""

        def begun() -> None:
            if self.pack.begun:
                self.pack.begun()
            with suppress(Exception):  # no fault of the theme; it is asked for again, and raised then
                meanwhile()

        try:
            return product.render(replace(self.pack, begun=begun))
        except (StudypackError, OSError, MemoryError):
            raise
        except Exception as error:
            theme = self.pack.theme
            if not any(name.endswith(".j2") for name in theme.texts):
                raise
            what = f"the {product.title} cannot be made with the templates of the theme {theme.name}"
            remedy = "compare them with the program's own, or delete them"
            raise ContentError(Diagnostic(None, what, f"{type(error).__name__}: {error}", remedy)) from error

    def dumps(self, result: Made) -> bytes:
        """Serialize the product: a line of JSON, followed by the bytes of its files, its own last."""
        made = result.rendered
        head = {
            "seconds": result.seconds,
            "amount": made.amount,
            "unit": made.unit,
            "warnings": made.warnings,
            "remarks": made.remarks,
            "news": made.news,
            "left_out": dict(made.left_out),
            "held": made.held,
            "places": dict(made.places),
            "state": None if made.state is None else made.state.decode("utf-8", "surrogatepass"),
            "companions": {name: len(content) for name, content in made.companions.items()},
        }
        return b"".join((json.dumps(head).encode(), b"\n", *made.companions.values(), made.content))

    def loads(self, content: bytes) -> Made:
        """Return the product that `dumps` serialized. Raises any exception if the content is invalid."""
        line, _, file = content.partition(b"\n")
        head = json.loads(line)
        companions = {}
        for name, length in head["companions"].items():
            companions[name], file = file[:length], file[length:]
        state = None if head["state"] is None else head["state"].encode("utf-8", "surrogatepass")
        warnings = tuple(Diagnostic(Location(*w) if w else None, *rest) for w, *rest in head["warnings"])
        held = {key: Held(text, tuple(pictures)) for key, (text, pictures) in head["held"].items()}
        told = (tuple(head["remarks"]), tuple(head["news"]), dict(head["left_out"]), held)
        return Made(
            self.name,
            Rendered(file, head["amount"], head["unit"], warnings, *told, state, companions, head["places"]),
            head["seconds"],
        )
