"""Products as jobs: made and proved in one go, by whichever process has time."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace

from studypack.anki import state as deck_state
from studypack.errors import BuildError, Diagnostic, Location
from studypack.jobs import fingerprints
from studypack.products import PRODUCTS
from studypack.products.interface import PackContext, Rendered
from studypack.products.proof import claims, prove
from studypack.typeset.parts import content_of, without_cards


@dataclass(frozen=True, slots=True)
class Made:
    """One product of a pack, made and proved; `seconds` is what both took."""

    name: str
    rendered: Rendered
    seconds: float


@dataclass(frozen=True)
class ProductJob:
    """Makes one product.

    Attributes:
        name: of the product.
        pack: what it is given.
    """

    name: str
    pack: PackContext

    def fingerprint(self) -> str:
        """Return a hash of the job; empty for the deck, which knows by itself what has changed and is quickly made."""
        pack = self.pack
        if self.name == "deck":
            return ""
        shown = replace(pack.question_set, questions=without_cards(pack.question_set.questions))
        about = [self.name, pack.paper.value, str(pack.simplex), pack.date, pack.theme.fingerprint]
        return fingerprints.of(fingerprints.program(), *about, *content_of(shown), *_places(pack))

    def run(self) -> Made:
        """Return the product.

        Raises:
            BuildError: it cannot be made, or lacks something.
        """
        began = time.perf_counter()
        rendered = PRODUCTS[self.name].render(self.pack)
        selected = self.pack.question_set
        proof = prove(self.name, rendered.content, claims(self.name, selected.questions, selected.files))
        if proof.problems:
            raise BuildError(*proof.problems)
        return Made(self.name, rendered, time.perf_counter() - began)

    def dumps(self, result: Made) -> bytes:
        """Return the product as bytes: a line of JSON, then its file."""
        made = result.rendered
        head = {
            "seconds": result.seconds,
            "amount": made.amount,
            "unit": made.unit,
            "warnings": made.warnings,
            "remarks": made.remarks,
            "left_out": dict(made.left_out),
            "state": deck_state.dumps(made.deck_state).decode() if made.deck_state else None,
        }
        return json.dumps(head, ensure_ascii=False).encode() + b"\n" + made.content

    def loads(self, content: bytes) -> Made:
        """Return the product that `dumps` wrote; any exception if it is something else."""
        line, _, file = content.partition(b"\n")
        head = json.loads(line)
        state = deck_state.loads(head["state"].encode(), "") if head["state"] else None
        warnings = tuple(Diagnostic(Location(*w) if w else None, *rest) for w, *rest in head["warnings"])
        remarks, left_out = tuple(head["remarks"]), dict(head["left_out"])
        rendered = Rendered(file, head["amount"], head["unit"], warnings, remarks, left_out, state)
        return Made(self.name, rendered, head["seconds"])


def _places(pack: PackContext) -> list[str]:
    """Return where the questions stand in their files; a cheat sheet tells that of what had no room."""
    return [str(question.where) for question in pack.question_set.questions]
