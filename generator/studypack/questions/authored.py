"""The building blocks of a question set's models: texts, lines, ids, and how the texts are written."""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from studypack.questions.fields import BOTH, NOWHERE, SANS, Kind, Written

_KEBAB: Final = r"^[a-z0-9]+(-[a-z0-9]+)*$"


def _one_line(value: object) -> object:
    """Replace the line breaks in a text that is meant to be one line; no-break spaces are kept."""
    return re.sub(r"[ \t\r\n]+", " ", value.strip(" \t\r\n")) if isinstance(value, str) else value


def _no_blank(value: object) -> object:
    """Turn a text of only white space into an empty one, which is rejected."""
    return value if not isinstance(value, str) or value.strip() else ""


def _yaml_bool(value: object) -> object:
    """Accept only `true` and `false`, as the YAML 1.2 core schema spells them."""
    words = {"true": True, "false": False}
    if isinstance(value, str) and value.lower() in words:
        return words[value.lower()]
    if isinstance(value, bool):
        return value
    raise PydanticCustomError("yaml_bool", "neither true nor false")


Text = Annotated[str, BeforeValidator(_no_blank), Field(min_length=1)]
"""Text of one or more paragraphs."""
Line = Annotated[str, BeforeValidator(_one_line), Field(min_length=1)]
"""One line of text."""
LINE: Final = Written(Kind.LINE)
BLOCK: Final = Written(Kind.BLOCK)
HEADING: Final = Written(Kind.LINE, BOTH)
LABEL: Final = Written(Kind.PLAIN, SANS)
CARD: Final = Written(Kind.BLOCK, NOWHERE)
Id = Annotated[str, Field(pattern=_KEBAB, max_length=80)]
"""A permanent name in kebab-case."""
Flag = Annotated[bool, BeforeValidator(_yaml_bool)]


class Authored(BaseModel):
    """The base of all models for authored content: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")
