"""A job that makes all products of one pack, in any process: a batch has hundreds of packs, and each is small."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from studypack.jobs.cache import Cache, default_folder
from studypack.jobs.executor import JobExecutor
from studypack.products.interface import PackContext
from studypack.products.job import Made, ProductJob
from studypack.workflows.executing import prepare_fonts
from studypack.workflows.making import make_all


@dataclass(frozen=True)
class PackJob:
    """Makes the products of a pack.

    Attributes:
        contexts: the input of each product, by its name.
        cached: whether parts may come from the cache of the machine on which it runs: packs share whole chapters.
    """

    contexts: Mapping[str, PackContext]
    cached: bool = True

    def inputs(self) -> None:
        """Return None: parts are cached, whole packs are not."""
        return

    def run(self) -> tuple[Made, ...]:
        """Make the products.

        Raises:
            BuildError: with the problems of every product.
        """
        with JobExecutor(1, Cache(default_folder()) if self.cached else None) as executor:
            if self.cached:
                prepare_fonts(executor)
            return make_all(self.contexts, executor, lambda _: None)

    def dumps(self, result: tuple[Made, ...]) -> bytes:
        """Return the products as bytes: a line of JSON, then one after the other."""
        parts = [ProductJob(made.name, self.contexts[made.name]).dumps(made) for made in result]
        head = [[made.name, made.cached, len(part)] for made, part in zip(result, parts, strict=True)]
        return json.dumps(head).encode() + b"\n" + b"".join(parts)

    def loads(self, content: bytes) -> tuple[Made, ...]:
        """Return what `dumps` wrote. Raises any exception for anything else."""
        line, _, rest = content.partition(b"\n")
        made = []
        for name, cached, length in json.loads(line):
            each = ProductJob(name, self.contexts[name]).loads(rest[:length])
            made.append(Made(each.name, each.rendered, each.seconds, cached))
            rest = rest[length:]
        return tuple(made)
