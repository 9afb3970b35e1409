"""The products. Each has a package here, a folder of templates, and a name in this registry."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from studypack.products.interface import Product
from studypack.products.options import OptionModel

_PACKAGES: Final = ("handbook", "cheatsheet", "deck", "flashcards", "html")
"""The packages that contain a product, in the order in which a pack lists them."""

PRODUCTS: Final[dict[str, Product]] = {
    product.name: product for product in (import_module(f"{__name__}.{name}").PRODUCT for name in _PACKAGES)
}
"""The products by name."""
DEFAULT: Final = tuple(name for name, product in PRODUCTS.items() if product.default)
"""The names of the products that a build makes unless it names others."""


def option_models() -> tuple[type[OptionModel], ...]:
    """Return the option models of all products, each once."""
    return tuple(dict.fromkeys(model for product in PRODUCTS.values() for model in product.options))
