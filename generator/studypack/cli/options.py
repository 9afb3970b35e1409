"""The options that commands share, and their shell completion. Nothing in this module exits the program."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TypeVar

import click
from click.shell_completion import CompletionItem

from studypack.cli.generated import options_of, product_options
from studypack.errors import ContentError, Diagnostic, Location, StudypackError
from studypack.products import DEFAULT, PRODUCTS
from studypack.questions.discovery import named_set, only_set
from studypack.questions.model import Level
from studypack.questions.selection import Criteria
from studypack.resources import BUNDLED_SET, bundled_set, bundled_sets
from studypack.workflows.request import Request, current_time

F = TypeVar("F", bound=Callable[..., Any])


_SETS: Final = frozenset({".yaml", ".yml", ""})
"""What the names of question sets end in: those of no other format."""


def _refuse_foreign(path: Path) -> None:
    """Refuse a file of another program, with the command that imports it; JSON may be a set, which lists its topics."""
    from studypack.importers import LARGEST, by_suffix, guess

    found = by_suffix(str(path))
    with suppress(OSError, ContentError):
        content = path.read_bytes() if path.stat().st_size <= LARGEST else b""
        if path.suffix.lower() == ".json" and b'"topics"' in content:
            return
        found = [guess(str(path), content)]
    if found:
        why = f"it is imported first ({found[0].summary})"
        remedy = f"`studypack import {path} -o {path.stem}`, then `studypack build {path.stem}`"
        raise ContentError(Diagnostic(Location(str(path)), "this is not a question set", why, remedy))


class SetPath(click.ParamType[Path]):
    """A question set: a folder, a YAML file with or without its extension, or the name of a bundled set."""

    name = "set"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return the path of the set."""
        path = named_set(Path(value))
        if path.suffix.lower() not in _SETS and path.is_file():
            _refuse_foreign(path)
        return path if path.exists() else bundled_sets().get(str(value), path)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Complete the names of the bundled sets, files and folders."""
        named = [CompletionItem(name) for name in bundled_sets() if name.startswith(incomplete)]
        return [*named, CompletionItem(incomplete, type="file")]


def _names(kind: str) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    """Return a function that completes the names of one kind that the set defines, such as its topics."""

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
        from studypack.questions.loader import load

        try:
            given = ctx.args[0] if ctx.args else None  # the option has no value yet, so Click has parsed no argument
            path = SetPath().convert(given, None, ctx) if given else ctx.params.get("set_path")
            path = path or only_set(Path()) or bundled_set()
            whole = load(path).question_set
        except StudypackError:
            return []
        names = {
            "topic": [topic.id for topic in whole.topics],
            "level": [level.value for level in Level],
            "tag": sorted({tag for question in whole.questions for tag in question.tags}),
            "id": [question.id for question in whole.questions],
            "pack": sorted(whole.header.packs),
        }[kind]
        return [name for name in names if name.startswith(incomplete)]

    return complete


def _or_default(ctx: click.Context, param: click.Parameter, value: Path | None) -> Path | None:
    """Return the given set. Without one, return the set in the current folder or the bundled set, and report which.

    With --sets, a command needs no set.

    Raises:
        ContentError: the current folder contains several sets.
    """
    if value is not None or ctx.resilient_parsing or ctx.params.get("sets"):
        return value
    found = only_set(Path())
    if found is None:
        click.echo(f"SET: {BUNDLED_SET}, which comes with studypack (this folder contains no set)", err=True)
        return bundled_set()
    click.echo(
        f"SET: {found.resolve().name}, the only one in this folder" if found.name else "SET: this folder", err=True
    )
    return found


SET: Final = click.argument("set_path", metavar="[SET]", type=SetPath(), callback=_or_default, required=False)


def json_option(text: str) -> Callable[[F], F]:
    """Return the option that prints JSON; with it, problems are printed as JSON too."""
    return click.option("--json", "as_json", is_flag=True, help=text)


def selecting(command: F) -> F:
    """Add the options that select questions. Different options are combined with "and", repeated ones with "or"."""
    return _added(command, [*_criteria(), *_limiting()])


def pooling(command: F) -> F:
    """Add the options that select questions, except those for a number of them."""
    return _added(command, _criteria())


def _added(command: F, options: Iterable[Callable[[Any], Any]]) -> F:
    for option in reversed(list(options)):
        command = option(command)
    return command


def _criteria() -> list[Callable[[Any], Any]]:
    return [
        click.option("-t", "--topic", "topics", multiple=True, metavar="TOPIC", shell_complete=_names("topic"),
                     help="Only this topic, by id or title; may be given several times, like all that follow."),
        click.option("-l", "--level", "levels", multiple=True, metavar="LEVEL", shell_complete=_names("level"),
                     help="Only this level, by id or title."),
        click.option("--tag", "tags", multiple=True, metavar="TAG", shell_complete=_names("tag"),
                     help="Only questions with this tag."),
        click.option("--id", "ids", multiple=True, metavar="ID", shell_complete=_names("id"),
                     help="Only this question: its id or number. Also Q7,Q9 and Q7-Q9."),
        click.option("--not-topic", "not_topics", multiple=True, metavar="TOPIC", shell_complete=_names("topic"),
                     help="Leave this topic out."),
        click.option("--not-tag", "not_tags", multiple=True, metavar="TAG", shell_complete=_names("tag"),
                     help="Leave questions with this tag out."),
        click.option("--not-id", "not_ids", multiple=True, metavar="ID", shell_complete=_names("id"),
                     help="Leave this question out."),
        click.option("--match", metavar="TEXT", help="Only questions that contain this text."),
        click.option("--pack", "packs", multiple=True, metavar="NAME", shell_complete=_names("pack"),
                     help="Only this saved selection of the set."),
    ]  # fmt: skip  # one option, one glance


def _limiting() -> list[Callable[[Any], Any]]:
    return [
        click.option("-n", "limit", type=click.IntRange(min=1), metavar="N",
                     help="At most N questions: the first N, or with --seed a random sample."),
        click.option("--seed", type=int, metavar="S", help="Seed of the sample; equal seeds give equal samples."),
    ]  # fmt: skip  # one option, one glance


def criteria_of(values: Mapping[str, Any]) -> Criteria:
    """Return the selection criteria that the options describe.

    Raises:
        click.UsageError: --seed without -n.
    """
    criteria = Criteria(**values)
    if criteria.seed is not None and criteria.limit is None:
        raise click.UsageError("--seed selects a random sample of -n questions: also give -n N.")
    return criteria


def building(*, actions: bool, cluster: bool = True) -> Callable[[F], F]:
    """Return a decorator that adds the options for which products to build from a selection, and how.

    Args:
        actions: whether to include options that request a one-time action.
        cluster: whether the jobs may run on a cluster.
    """
    options = [
        click.option("-p", "--product", "products", multiple=True, type=click.Choice(list(PRODUCTS)),
                     help=f"Build only this product; can be repeated. {_summaries()}"),
        product_options(looks=True, actions=actions),
        *_executing(),
        *([_CLUSTER] if cluster else []),
    ]  # fmt: skip  # one option, one glance
    return lambda command: _added(command, options)


def executing(command: F) -> F:
    """Add the options for where the result goes and how the jobs run."""
    return _added(command, [*_executing(), _CLUSTER])


_CLUSTER: Final = click.option(
    "--cluster", default="", metavar="ADDRESS",
    help="Run the jobs on the Dask cluster whose scheduler is at this address, such as tcp://host:8786.",
)  # fmt: skip  # one option, one glance


def _executing() -> list[Callable[[Any], Any]]:
    return [
        click.option("-o", "--output", type=click.Path(path_type=Path), default=Path("out"), show_default=True,
                     metavar="DIR", help="The folder to create the result's folder in."),
        click.option("-j", "--jobs", type=click.IntRange(min=0), default=0, metavar="JOBS",
                     help="Number of parallel processes; by default one for each core, up to 8."),
        click.option("--no-cache", is_flag=True, help="Rebuild everything without using the cache."),
    ]  # fmt: skip  # one option, one glance


def _summaries() -> str:
    products = "; ".join(f"{product.name}: {product.summary}" for product in PRODUCTS.values())
    return f"{products}. By default: {', '.join(DEFAULT)}."


def request_of(set_path: Path, options: dict[str, Any]) -> Request:
    """Return the request that the options of a build describe."""
    return Request(
        set_path,
        options=options_of(tuple(options.pop("products")), options),
        output=options.pop("output"),
        now=current_time(),
        workers=options.pop("jobs"),
        cached=not options.pop("no_cache"),
        strict=options.pop("strict", False),  # watch has no such options
        cluster=options.pop("cluster", ""),
        criteria=criteria_of(options),
    )
