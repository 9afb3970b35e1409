"""The one Jinja environment: everything is escaped, and a name that does not exist is an error."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from generator import markup
from generator.resources import resource


@cache
def environment() -> Environment:
    """Return the environment that renders every template of `templates/`."""
    made = Environment(
        loader=FileSystemLoader(resource("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    made.filters.update(block=markup.block, inline=markup.inline, plain=markup.plain, code=markup.code_block)
    return made


def render(template: str, **values: Any) -> str:
    """Render `templates/<template>` with the values.

    Raises:
        jinja2.UndefinedError: the template asks for a value that it was not given.
    """
    return environment().get_template(template).render(values)


def stylesheet(*names: str) -> str:
    """Return the style sheets of `templates/`, one after the other."""
    return "\n".join((resource("templates") / name).read_text("utf-8") for name in names)
