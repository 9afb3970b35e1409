"""Renews the goldens: `make goldens`."""

from __future__ import annotations

from tests.goldens.making import FOLDER, committed, made


def main() -> None:
    """Write what the program makes now in the place of what it made before."""
    files = made()
    for path in committed():
        path.unlink()
    for name, text in files.items():
        (FOLDER / name).parent.mkdir(exist_ok=True)
        (FOLDER / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
