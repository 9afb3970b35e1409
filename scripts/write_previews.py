"""`make previews`: draws pages of the bundled pack as small PNG files for the README."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pypdfium2

ROOT: Final = Path(__file__).parents[1]
WIDTH: Final = 460
"""The width of a preview in pixels."""

PAGES: Final = {"handbook": ("handbook.pdf", 9), "exhibit": ("handbook.pdf", 5), "cheatsheet": ("cheatsheet.pdf", 0)}


def main() -> None:
    """Draw each preview from the pack in `out/`."""
    for name, (file, number) in PAGES.items():
        with pypdfium2.PdfDocument(ROOT / "out" / "amazon-backend" / file) as document:
            page = document[number]
            picture = page.render(scale=2 * WIDTH / page.get_width()).to_pil().convert("L")
            small = picture.resize((WIDTH, round(WIDTH * picture.height / picture.width)))
            small.quantize(16).save(ROOT / "docs" / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
