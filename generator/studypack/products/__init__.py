"""The products: one module, one template folder and one line here for each."""

from __future__ import annotations

from typing import Final

from studypack.products.cheatsheet.product import CheatSheet
from studypack.products.deck.product import Deck
from studypack.products.handbook.product import Handbook
from studypack.products.interface import Product

PRODUCTS: Final[dict[str, Product]] = {p.name: p for p in (Handbook(), CheatSheet(), Deck())}
"""By name, in the order in which a pack lists them."""
