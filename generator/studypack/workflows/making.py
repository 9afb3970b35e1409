"""Makes all products of a request at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from typing import Any

from studypack.errors import BuildError, Diagnostic, StudypackError
from studypack.jobs.executor import JobExecutor
from studypack.products import PRODUCTS
from studypack.products.interface import PackContext
from studypack.products.job import Made, ProductJob

Progress = Callable[[str], None]
"""Called with the name of each step when it begins."""


class _Parts:
    """Submits the parts of a composed product, and knows whether all of them came from the cache."""

    def __init__(self, executor: JobExecutor) -> None:
        self._executor = executor
        self._cached: list[bool] = []

    @property
    def all_cached(self) -> bool:
        return bool(self._cached) and all(self._cached)

    def submit(self, job: Any) -> Future[Any]:
        misses = self._executor.misses
        future = self._executor.submit(job)
        self._cached.append(self._executor.misses == misses)  # a miss may be preceded by a hit: that of the fonts
        return future


def make_all(
    contexts: Mapping[str, PackContext],
    executor: JobExecutor,
    progress: Progress,
    meanwhile: Callable[[], object] = lambda: None,
) -> tuple[Made, ...]:
    """Make all products at once: the parts of composed products first, then the others, which use idle workers.

    Args:
        contexts: the products, by name, and what they depend on.
        executor: runs the jobs.
        progress: called with the name of each product when it begins.
        meanwhile: may be called, perhaps more than once, while workers typeset long parts.

    Raises:
        BuildError: with the problems of every product.
    """
    futures: dict[str, Future[Made]] = {}
    problems: list[Diagnostic] = []
    made: list[Made] = []
    cached: set[str] = set()

    def begin_others() -> None:
        for name, context in contexts.items():
            if not PRODUCTS[name].composed and name not in futures:
                misses = executor.misses
                futures[name] = executor.submit(ProductJob(name, context))
                cached.update({name} if executor.misses == misses else ())

    def begun() -> None:
        begin_others()
        with suppress(Exception):  # it is asked for again, and raised then
            meanwhile()

    for name, context in contexts.items():
        progress(name)
        try:
            if PRODUCTS[name].composed:
                parts = _Parts(executor)
                product = ProductJob(name, replace(context, submit=parts.submit, begun=begun)).run()
                made.append(replace(product, cached=parts.all_cached))
            else:
                begin_others()
                made.append(replace(futures[name].result(), cached=name in cached))
        except StudypackError as error:
            problems += error.diagnostics
    if problems:
        raise BuildError(*dict.fromkeys(problems))
    return tuple(made)
