"""Products as jobs: made and proved in one go, by whichever process has time."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

from studypack.errors import BuildError, Diagnostic, Location
from studypack.products import PRODUCTS
from studypack.products.interface import PackContext, Rendered
from studypack.text.runs import Held


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

    def inputs(self) -> Iterable[bytes | str] | None:
        """Return everything that the product depends on; None if it is never cached."""
        return PRODUCTS[self.name].inputs(self.pack)

    def run(self) -> Made:
        """Return the product.

        Raises:
            BuildError: it cannot be made, or something is missing from it.
        """
        from studypack.products.proof import prove

        began = time.perf_counter()
        product = PRODUCTS[self.name]
        rendered = product.render(self.pack)
        claims = product.claims(self.pack.question_set)
        proof = prove(product, product.read_back(rendered.content), claims, rendered.held)
        if proof.problems:
            raise BuildError(*proof.problems)
        if proof.unproved:
            labels = ", ".join(q.label for q in self.pack.question_set.questions if q.id in proof.unproved)
            remark = f"{labels}: not provable from the file, which does not give back all letters of these scripts"
            rendered = replace(rendered, remarks=(*rendered.remarks, remark))
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
            "news": made.news,
            "left_out": dict(made.left_out),
            "held": made.held,
            "state": None if made.state is None else made.state.decode("utf-8", "surrogatepass"),
        }
        return json.dumps(head).encode() + b"\n" + made.content

    def loads(self, content: bytes) -> Made:
        """Return the product that `dumps` wrote; any exception if it is something else."""
        line, _, file = content.partition(b"\n")
        head = json.loads(line)
        state = None if head["state"] is None else head["state"].encode("utf-8", "surrogatepass")
        warnings = tuple(Diagnostic(Location(*w) if w else None, *rest) for w, *rest in head["warnings"])
        held = {key: Held(text, tuple(pictures)) for key, (text, pictures) in head["held"].items()}
        told = (tuple(head["remarks"]), tuple(head["news"]), dict(head["left_out"]), held)
        return Made(self.name, Rendered(file, head["amount"], head["unit"], warnings, *told, state), head["seconds"])
