"""The Jinja environment of each language; everything is escaped, and an undefined name is an error."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
)  # fmt: skip  # one name per line
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import BaseModel

from studypack.errors import ContentError, Diagnostic, Location
from studypack.resources import resource
from studypack.text import markdown
from studypack.text.index_terms import Marker
from studypack.text.languages import DEFAULT, language
from studypack.typeset.themes import OWN, Theme


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, with only the fields of models: pydantic's own methods can read files and unpickle."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Return whether a theme's template may use an attribute."""
        if isinstance(obj, BaseModel):
            kind = type(obj)
            return attr in kind.model_fields or isinstance(getattr(kind, attr, None), property)
        return not isinstance(obj, type) and super().is_safe_attribute(obj, attr, value)


def environment(tag: str = DEFAULT, theme: Theme = OWN) -> Environment:
    """Return the environment that renders the templates of a theme and of `templates/` in a language.

    Every template and macro can use the `language` and its `words`, `direction` and `quotes`. The filters `block`,
    `inline` and `plain` convert quotation marks to the language's. Each language has its own environment, because a
    filter that used the context would not find the set in a macro that was imported without it.

    Args:
        tag: the BCP 47 tag from the set's header.
        theme: its templates take precedence. They are untrusted, and can access only the values that they are given.
    """
    return _environment(tag, theme)


@cache
def _environment(tag: str, theme: Theme) -> Environment:
    kind = _Sandbox if theme.texts else Environment
    made = kind(
        loader=ChoiceLoader([_ThemeLoader(theme), FileSystemLoader(resource("templates"))]),
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
        block=partial(markdown.block, lang=tag),
        inline=partial(markdown.inline, lang=tag),
        plain=partial(markdown.plain, lang=tag),
        code=markdown.code_block,
    )
    return made


class _ThemeLoader(BaseLoader):
    """Loads a theme's templates, with file names for diagnostics."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """Return a template, its file name, and a function that reports it as up to date."""
        if template not in self._theme.texts:
            raise TemplateNotFound(template)
        return self._theme.texts[template], _file(self._theme, template), lambda: True

    def list_templates(self) -> list[str]:
        """Return the names of the theme's texts."""
        return sorted(self._theme.texts)


def _file(theme: Theme, name: str) -> str:
    return f"{theme.name}/{name}"


def render(template: str, theme: Theme = OWN, **values: Any) -> str:
    """Render `templates/<template>` in the language of the value `set`, or in English without it.

    Raises:
        ContentError: a template of the theme fails for any reason.
        jinja2.UndefinedError: a template of ours uses a value that it was not given.
    """
    header = values["set"].header if "set" in values else None
    tag = header.language if header else DEFAULT
    if header:
        values["words"] = header.words
    try:
        return environment(tag, theme).get_template(template).render(values)
    except Exception as error:  # a theme's templates may divide by zero or include themselves
        where = _place(error, theme) or _without_macro(error, theme)
        if where is None:
            raise
        what = "does something that is not allowed" if isinstance(error, SecurityError) else "fails"
        why = str(error) if isinstance(error, TemplateError) else f"{type(error).__name__}: {error}"
        remedy = "fix it, or delete it to use the program's own"
        raise ContentError(Diagnostic(where, f"the theme's template {what}", why, remedy)) from error


def _place(error: Exception, theme: Theme) -> Location | None:
    """Return where in a theme's templates an error occurred, or None if it occurred elsewhere."""
    own = {_file(theme, name) for name in theme.texts}
    if isinstance(error, TemplateSyntaxError) and error.filename in own:
        return Location(str(error.filename), error.lineno)
    place, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in own:
            place = Location(trace.tb_frame.f_code.co_filename, trace.tb_lineno)
        trace = trace.tb_next
    return place


def _without_macro(error: Exception, theme: Theme) -> Location | None:
    """Return the template of a theme that does not have a macro which ours take from it; None if that is not the error.

    Jinja finds it missing in the template that asks for it: ours.
    """
    if not isinstance(error, UndefinedError):
        return None
    quoted = re.search(r"the template '([^']*)'|template '([^']*)' .*does not export", str(error))
    name = (quoted[1] or quoted[2]) if quoted else ""
    return Location(_file(theme, name)) if name in theme.texts else None


def stylesheet(*names: str, theme: Theme = OWN, values: Mapping[str, Any] | None = None) -> str:
    """Return the concatenated style sheets, from the theme where it has them, followed by its `theme.css`.

    Args:
        names: paths below `templates/`; a name that ends in `.j2` is a template.
        theme: the theme.
        values: the values for these templates.

    Raises:
        ContentError: a template of the theme fails.
    """
    own = ["theme.css"] if "theme.css" in theme.texts else []
    return "\n".join(_stylesheet(name, theme, values or {}) for name in (*names, *own))


def _stylesheet(name: str, theme: Theme, values: Mapping[str, Any]) -> str:
    if name.endswith(".j2"):
        return render(name, theme, **values)
    return theme.texts[name] if name in theme.texts else (resource("templates") / name).read_text("utf-8")
