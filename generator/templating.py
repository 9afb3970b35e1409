"""The Jinja environment of each language: everything is escaped, and a name that does not exist is an error."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from generator import markup
from generator.index_marks import Marker
from generator.languages import DEFAULT, language
from generator.resources import resource
from generator.themes import OWN, Theme


def environment(tag: str = DEFAULT, theme: Theme = OWN) -> Environment:
    """Return the environment that renders every template of a theme and of `templates/` in a language.

    The language's `words`, `direction` and `quotes` are there in each template and macro, as is the `language` with
    its methods. The filters `block`, `inline` and `plain` set its quotation marks. An environment for each language,
    because a filter that asked the context would find no set in a macro that was imported without it.

    Args:
        tag: BCP 47, as the set's header has it.
        theme: its templates come first. They may be other people's: they reach nothing but the values they are given.
    """
    return _environment(tag, theme)


@cache
def _environment(tag: str, theme: Theme) -> Environment:
    kind = ImmutableSandboxedEnvironment if theme.texts else Environment
    made = kind(
        loader=ChoiceLoader([DictLoader(theme.texts), FileSystemLoader(resource("templates"))]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    spoken = language(tag)
    made.globals.update(language=spoken, words=spoken.words, direction=spoken.direction, quotes=spoken.quotes)
    made.globals.update(marker=Marker)
    made.filters.update(
        block=partial(markup.block, lang=tag),
        inline=partial(markup.inline, lang=tag),
        plain=partial(markup.plain, lang=tag),
        code=markup.code_block,
    )
    return made


def render(template: str, theme: Theme = OWN, **values: Any) -> str:
    """Render `templates/<template>` with the values, in the language of the `set` among them, English without one.

    Raises:
        jinja2.UndefinedError: the template asks for a value that it was not given.
    """
    tag = values["set"].header.language if "set" in values else DEFAULT
    return environment(tag, theme).get_template(template).render(values)


def stylesheet(*names: str, theme: Theme = OWN) -> str:
    """Return the style sheets, one after the other: the theme's where it has one of that name, and its `theme.css`."""
    own = [theme.texts.get(name) or (resource("templates") / name).read_text("utf-8") for name in names]
    return "\n".join([*own, *([theme.texts["theme.css"]] if "theme.css" in theme.texts else [])])
