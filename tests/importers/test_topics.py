"""The titles of topics, from the names above each question."""

from __future__ import annotations

from pathlib import Path

import pytest
from studypack.importers.topics import outer_name, titles


def _titles(*paths: str) -> list[str]:
    """Return the titles of paths whose names are separated by slashes."""
    return titles([tuple(path.split("/")) if path else () for path in paths], "Law")


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["Law/Contracts", "Law/Torts"], ["Contracts", "Torts"]),
        (["Law", "Law/Torts"], ["Law", "Torts"]),
        (["", "Torts"], ["Law", "Torts"]),
        (["torts/Torts/Fault", "Wills"], ["Torts – Fault", "Wills"]),
        (["Torts/Part 1/Fault", "Torts/Part 1/Harm", "Wills"], ["Torts – Fault", "Torts – Harm", "Wills"]),
        (["Torts", "Torts/Part 1/Fault", "Wills"], ["Torts", "Torts – Part 1 – Fault", "Wills"]),
        (["Torts/Fault", "Wills"], ["Torts – Fault", "Wills"]),
        (["Torts/Questions", "Torts/Questions/Fault", "Wills"], ["Torts", "Torts – Fault", "Wills"]),
        (["Questions", "Wills"], ["Questions", "Wills"]),
        (["Law Questions", "Law Questions/Torts"], ["Law Questions", "Torts"]),
        (["Torts/Tort Questions/Fault", "Torts/Duties", "Wills"], ["Torts – Tort – Fault", "Torts – Duties", "Wills"]),
        (["Torts/Torts - Fault", "Torts/Torts: Harm", "Wills"], ["Torts – Fault", "Torts – Harm", "Wills"]),
        (["torts/Torts - Fault", "torts/Harm", "Wills"], ["Torts – Fault", "torts – Harm", "Wills"]),
        (["Torts/Torts of Fault", "Torts/Harm", "Wills"], ["Torts of Fault", "Torts – Harm", "Wills"]),
        (["Wills/Will 2", "Wills/Willing", "Torts"], ["Wills – Will 2", "Wills – Willing", "Torts"]),
    ],
)
def test_titles_say_nothing_twice(paths: list[str], expected: list[str]) -> None:
    """What all share, what repeats the name above, and what divides nothing is left out."""
    assert _titles(*paths) == expected


def test_a_file_that_stands_for_the_folder_of_all_is_no_topic() -> None:
    """Others of its name are called by their folders."""
    files = [Path("law/README.md"), Path("law/torts/README.md"), Path("law/wills.md")]
    assert [outer_name(file, files) for file in files] == ["", "Torts", "Wills"]
