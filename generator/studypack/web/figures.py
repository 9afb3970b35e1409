"""How large each product of a choice is: as a pack that is up to date has it, or else about."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from studypack.products import PRODUCTS
from studypack.products.interface import Estimate, Product
from studypack.questions.model import QuestionSet
from studypack.storage.manifest import pack_name
from studypack.workflows.request import Request
from studypack.workflows.up_to_date import up_to_date


@dataclass
class Figures:
    """The figures of one set's choices.

    What is estimated is scaled by what the last build has shown of the set and these options: a set with many formulas
    or figures takes more room than most.
    """

    _scales: dict[str, float] = field(default_factory=dict)

    def of(self, request: Request, selected: QuestionSet) -> dict[str, dict[str, Any]]:
        """Return what is known of each product: a text, and whether it is certain."""
        made = _manifest(request, selected)
        found: dict[str, dict[str, Any]] = {}
        for name, product in PRODUCTS.items():
            if name in made:
                found[name] = {"text": _in_pack(made[name]), "exact": True}
            elif estimate := product.estimate(selected, request.options):
                scale = 1.0 if estimate.exact else self._scales.get(_key(product, request), 1.0)
                amount = max(1, round(estimate.amount * scale))
                found[name] = {"text": _about(estimate._replace(amount=amount)), "exact": estimate.exact}
        return found

    def learn(self, request: Request, selected: QuestionSet, amounts: Mapping[str, int]) -> None:
        """Remember how a build has turned out.

        Args:
            request: what was built.
            selected: its questions.
            amounts: how large each product is.
        """
        for name, amount in amounts.items():
            product = PRODUCTS[name]
            if estimate := product.estimate(selected, request.options):
                self._scales[_key(product, request)] = amount / estimate.amount


def _key(product: Product, request: Request) -> str:
    return json.dumps([product.name, request.options.values(product.options)])


def _manifest(request: Request, selected: QuestionSet) -> Mapping[str, Any]:
    """Return the entries of a pack's products if it is what the request would build."""
    name = pack_name(selected.id, selected.subset.slug if selected.subset else None)
    fresh = up_to_date(replace(request, folder=name))
    return fresh[1]["products"] if fresh else {}


def _in_pack(entry: Mapping[str, Any]) -> str:
    """Return the size of a product as a pack's manifest has it, and its remarks."""
    units = [key for key, value in entry.items() if isinstance(value, int) and key != "bytes"]
    return "; ".join([*(amount_of(entry[unit], unit) for unit in units), *entry["remarks"]])


def _about(estimate: Estimate) -> str:
    amount = amount_of(estimate.amount, estimate.unit)
    return ", ".join(filter(None, [amount if estimate.exact else f"about {amount}", estimate.remark]))


def amount_of(number: int, unit: str) -> str:
    """Return a number with its unit."""
    return f"{number} {unit.removesuffix('s') if number == 1 else unit}"
