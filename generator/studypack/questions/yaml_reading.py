"""Read the bytes of a YAML file; where it is not YAML, go on with what was probably meant."""

from __future__ import annotations

from typing import Final

import yaml

from studypack.errors import Location
from studypack.questions.yaml_faults import explain
from studypack.questions.yaml_guards import (
    check_anchors,
    decoded,
    refuse_bombs,
    refuse_depth_and_tags,
    refuse_lost_words,
)
from studypack.questions.yaml_source import RefusedError, YamlSource

MAX_REPAIRS: Final = 30
"""Faults of a file's syntax that are looked for: the file is read again after each."""
LARGEST_REPAIRED: Final = 1_000_000
"""Characters of a file in which more than one such fault is looked for."""


def read_yaml(raw: bytes, file: str) -> YamlSource:
    """Read the bytes of one YAML file.

    Args:
        raw: the file's content in UTF-8, with or without a byte order mark.
        file: the name to show in diagnostics.
    """
    source = YamlSource(file)
    text = decoded(source, raw)
    if text is None:
        return source
    try:
        _read_repaired(source, text)
    except RefusedError:
        source.data = None
    except RecursionError:
        source.complain(Location(file), "nested too deeply", "", "flatten it")
    return source


def _read_repaired(source: YamlSource, text: str) -> None:
    """Read a text; where it is not YAML, say why, and go on with what was probably meant to find what else is wrong."""
    told: set[int] = set()
    sure = True
    for _ in range(MAX_REPAIRS if len(text) < LARGEST_REPAIRED else 1):
        try:
            _read(source, text)
        except yaml.MarkedYAMLError as error:
            faults = [fault for fault in explain(text, error) if fault.line not in told]
            for fault in faults:
                source.complain(Location(source.file, fault.line, fault.column), fault.what, fault.why, fault.remedy)
            told |= {fault.line for fault in faults}
            repaired = faults[0].repaired if faults else None
            if repaired is None or repaired == text:
                return
            text, sure = repaired, sure and all(fault.sure for fault in faults)
            continue
        if not sure:  # where lines belong was a guess: what is said of the whole could be wrong
            source.data = None
        return


def _read(source: YamlSource, text: str) -> None:
    """Read a text.

    Raises:
        yaml.MarkedYAMLError: it is not YAML.
        RefusedError: it is more than we read.
    """
    known = len(source.problems)
    refuse_depth_and_tags(source, text)
    if not check_anchors(text):
        source.complain(
            Location(source.file),
            "the file is empty",
            "a question set needs a title, topics and questions",
            "`studypack new my-set` writes one to start from",
        )
    elif len(source.problems) == known:
        anchors = "&" in text
        if anchors:
            refuse_bombs(source, text)
        source.take(text)
        if source.data is None and not source.problems:
            source.complain(Location(source.file), "the file is empty")
        if anchors:
            refuse_lost_words(source, text)
