"""The products: one module, one template folder and one line here for each."""

from __future__ import annotations

from typing import Final

from generator.products.base import Product
from generator.products.cheatsheet import CheatSheet
from generator.products.deck import Deck
from generator.products.handbook import Handbook

PRODUCTS: Final[dict[str, Product]] = {p.name: p for p in (Handbook(), CheatSheet(), Deck())}
"""By name, in the order in which a pack lists them."""
