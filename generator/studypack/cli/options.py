"""The options that commands share, and how the shell completes them. Nothing here prints or exits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import click
from click.shell_completion import CompletionItem

from studypack.cli.generated import options_of, product_options
from studypack.cli.program import AS_JSON
from studypack.errors import StudypackError
from studypack.products import PRODUCTS
from studypack.questions.model import Level
from studypack.questions.selection import Criteria
from studypack.resources import BUNDLED_SET, bundled_set
from studypack.workflows.request import Request, current_time

F = TypeVar("F", bound=Callable[..., Any])


class SetPath(click.ParamType[Path]):
    """A question set: a folder, a single YAML file, or the name of the bundled one."""

    name = "set"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return the path that was meant."""
        path = Path(value)
        return bundled_set() if value == BUNDLED_SET and not path.exists() else path

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Complete the bundled set's name, files and folders."""
        named = [CompletionItem(BUNDLED_SET)] if BUNDLED_SET.startswith(incomplete) else []
        return [*named, CompletionItem(incomplete, type="file")]


def _names(kind: str) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    """Return a completion of the set's own topic, tag, question or pack names."""

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
        from studypack.questions.loader import load

        try:
            given = ctx.args[0] if ctx.args else None  # the option has no value yet, so Click has parsed no argument
            path = SetPath().convert(given, None, ctx) if given else ctx.params.get("set_path") or bundled_set()
            whole = load(path).question_set
        except StudypackError:
            return []
        names = {
            "topic": [topic.id for topic in whole.topics],
            "tag": sorted({tag for question in whole.questions for tag in question.tags}),
            "id": [question.id for question in whole.questions],
            "pack": sorted(whole.header.packs),
        }[kind]
        return [name for name in names if name.startswith(incomplete)]

    return complete


SET: Final = click.argument(
    "set_path", metavar="[SET]", type=SetPath(), default=bundled_set, is_eager=True, required=False
)


def json_option(text: str) -> Callable[[F], F]:
    """Return the option that prints JSON; problems are then printed so, too."""

    def remember(ctx: click.Context, param: click.Parameter, value: bool) -> bool:
        ctx.meta[AS_JSON] = value
        return value

    return click.option("--json", "as_json", is_flag=True, is_eager=True, callback=remember, help=text)


def selecting(command: F) -> F:
    """Add the options that select questions: kinds are combined with and, repetitions with or."""
    options = [
        click.option("-t", "--topic", "topics", multiple=True, metavar="TOPIC", shell_complete=_names("topic"),
                     help="Only this topic."),
        click.option("-l", "--level", "levels", multiple=True, type=click.Choice([v.value for v in Level]),
                     help="Only this level."),
        click.option("--tag", "tags", multiple=True, metavar="TAG", shell_complete=_names("tag"),
                     help="Only questions with this tag."),
        click.option("--id", "ids", multiple=True, metavar="ID", shell_complete=_names("id"),
                     help="Only this question: its id, or its number such as Q7."),
        click.option("--not-topic", "not_topics", multiple=True, metavar="TOPIC", shell_complete=_names("topic"),
                     help="Leave this topic out."),
        click.option("--not-tag", "not_tags", multiple=True, metavar="TAG", shell_complete=_names("tag"),
                     help="Leave questions with this tag out."),
        click.option("--not-id", "not_ids", multiple=True, metavar="ID", shell_complete=_names("id"),
                     help="Leave this question out."),
        click.option("--match", metavar="TEXT", help="Only questions that contain this text."),
        click.option("-n", "limit", type=click.IntRange(min=1), metavar="N",
                     help="At most N questions: the first ones, or with --seed a sample."),
        click.option("--seed", type=int, metavar="S", help="Choose the sample of -n; the same seed, the same sample."),
        click.option("--pack", metavar="NAME", shell_complete=_names("pack"), help="A saved selection of the set."),
    ]  # fmt: skip  # one option, one glance
    for option in reversed(options):
        command = option(command)
    return command


def criteria_of(values: Mapping[str, Any]) -> Criteria:
    """Return the selection that the options describe.

    Raises:
        click.UsageError: --seed without -n.
    """
    criteria = Criteria(**values)
    if criteria.seed is not None and criteria.limit is None:
        raise click.UsageError("--seed chooses the sample of -n: give -n N as well.")
    return criteria


def building(*, actions: bool) -> Callable[[F], F]:
    """Return a decorator that adds the options that say what to build of a selection, and how.

    Args:
        actions: whether options that ask for something to be done once are among them.
    """
    options = [
        click.option("-p", "--product", "products", multiple=True, type=click.Choice(list(PRODUCTS)),
                     help=f"Only this product; all of them without. {_summaries()}"),
        product_options(looks=True, actions=actions),
        click.option("-o", "--output", type=click.Path(path_type=Path), default=Path("out"), show_default=True,
                     metavar="DIR", help="The folder in which the pack's folder is made."),
        click.option("-j", "--jobs", type=click.IntRange(min=0), default=0, metavar="JOBS",
                     help="How many processes work at once; by default as many as there are cores, at most 8."),
        click.option("--no-cache", is_flag=True, help="Make everything again."),
    ]  # fmt: skip  # one option, one glance

    def add(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def _summaries() -> str:
    return "; ".join(f"{product.name}: {product.summary}" for product in PRODUCTS.values()) + "."


def request_of(set_path: Path, options: dict[str, Any]) -> Request:
    """Return the request that the options of a build describe."""
    return Request(
        set_path,
        options=options_of(tuple(options.pop("products")), options),
        output=options.pop("output"),
        now=current_time(),
        workers=options.pop("jobs"),
        cached=not options.pop("no_cache"),
        strict=options.pop("strict", False),  # watch has no such option
        criteria=criteria_of(options),
    )
