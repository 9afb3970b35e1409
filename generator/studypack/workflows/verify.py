"""Finished packs read back and proved again.

A pack may be forged: its files are read in a process of their own, which has only so much time and memory. Readers of
PDF are written in C, and some files end the process that reads them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import BrokenExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from studypack.bounded import read_bounded
from studypack.errors import BuildError, Diagnostic, Location, StudypackError
from studypack.jobs.pool import WorkerPool
from studypack.jobs.worker import Runnable
from studypack.products import PRODUCTS
from studypack.products.interface import Claim
from studypack.products.proof import prove
from studypack.storage.manifest import read_manifest
from studypack.text.languages import DEFAULT, language
from studypack.text.runs import Run

MOST_SECONDS: Final = 300
"""Seconds of a processor in which a file is read and proved; a handbook of 5,000 questions takes some 60."""
MOST_MEMORY: Final = 3 << 30
"""Bytes of address space of the process that reads."""
REMEDY: Final = "build the pack again"


def verify(folder: Path) -> dict[str, tuple[int, int]]:
    """Prove that each file of a finished pack matches `pack.json` and contains every selected question.

    Returns:
        for each product, how many questions were found, and how many it should hold.

    Raises:
        BuildError: with everything that is missing or different.
    """
    manifest = read_manifest(folder)
    to_left = language(manifest["set"].get("language", DEFAULT)).direction == "rtl"
    problems: list[Diagnostic] = []
    results: dict[str, tuple[int, int]] = {}
    for name, entry in manifest["products"].items():
        expected = [question for question in manifest["questions"] if question["id"] not in entry.get("absent", ())]
        options = manifest.get("options")
        fields = PRODUCTS[name].guaranteed(options if isinstance(options, dict) else {}) & {"question", "takeaway"}
        job = Reading(folder / entry["file"], name, entry["sha256"], expected, to_left, fields)
        found, said = _verify_product(job)
        results[name] = (found, len(expected))
        problems += [*said, *_changed(folder, entry.get("companions", {}))]
    if problems:
        raise BuildError(*problems)
    return results


def _changed(folder: Path, companions: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Yield a problem for each further file of a product that is not the one that was built."""
    for name, digest in companions.items():
        where = Location(str(folder / name))
        try:
            same = hashlib.sha256(read_bounded(folder / name, linked=False)).hexdigest() == digest
        except OSError as error:
            yield Diagnostic(where, "cannot be read", error.strerror or str(error), REMEDY)
        else:
            if not same:
                yield Diagnostic(where, "differs from what was built", "its hash is not the one in pack.json", REMEDY)


def _verify_product(job: Reading) -> tuple[int, list[Diagnostic]]:
    where = Location(str(job.path))
    if job.name not in PRODUCTS:
        return 0, [
            Diagnostic(where, f'unknown product "{job.name}"', "this version cannot read it", "update studypack")
        ]
    return read_apart(job, where)


def read_apart(job: Runnable, where: Location) -> tuple[int, list[Diagnostic]]:
    """Run a job that reads a file in a process of its own, and return how many questions it found, and the problems."""
    pool = WorkerPool(1)
    try:
        done = json.loads(pool.submit(job).result())
    except BrokenExecutor:
        why = f"reading it takes more than {MOST_SECONDS} s or {MOST_MEMORY >> 30} GB"
        return 0, [Diagnostic(where, "cannot be read", why, REMEDY)]
    except MemoryError:
        return 0, [Diagnostic(where, "cannot be read", "it takes too much memory", REMEDY)]
    except BaseException as error:
        pool.close(error)
        raise
    pool.close()
    return done["found"], [Diagnostic(where, *said) for said in done["problems"]]


@dataclass(frozen=True)
class Reading:
    """Reads a file of a pack and proves it, as a job of a worker.

    Attributes:
        path: the file.
        name: of its product.
        sha256: what its content must have.
        questions: that it must hold, as the manifest has them.
        to_left: whether their language runs from right to left.
        fields: those of `question` and `takeaway` that it must hold.
    """

    path: Path
    name: str
    sha256: str
    questions: list[dict[str, Any]]
    to_left: bool = False
    fields: frozenset[str] = frozenset({"question", "takeaway"})

    def run(self) -> tuple[int, list[Diagnostic]]:
        """Return how many of the questions the file holds, and what is wrong with it."""
        limit()
        product = PRODUCTS[self.name]
        try:
            content = read_bounded(self.path, linked=False)
        except OSError as error:
            return 0, [Diagnostic(None, "cannot be read", error.strerror or str(error), REMEDY)]
        if hashlib.sha256(content).hexdigest() != self.sha256:
            return 0, [Diagnostic(None, "differs from what was built", "its hash is not the one in pack.json", REMEDY)]
        expected = [_claim(question, self.fields)._replace(to_left=self.to_left) for question in self.questions]
        try:
            proof = prove(product, product.read_back(content), expected)
        except MemoryError:
            raise
        except StudypackError as error:
            return 0, list(error.diagnostics)
        except Exception as error:  # a forged pack: the PDF and zip readers may raise anything
            return 0, [Diagnostic(None, "cannot be read", f"{type(error).__name__}: {error}", REMEDY)]
        return len(proof.found), list(proof.problems)

    def dumps(self, result: tuple[int, Iterable[Diagnostic]]) -> bytes:
        """Return what was found as bytes, without the file's place."""
        found, problems = result
        return json.dumps({"found": found, "problems": [problem[1:] for problem in problems]}).encode()


def limit() -> None:
    """Let the system end this process, a worker, if it takes too much time or memory."""
    with suppress(ImportError, ValueError, OSError):  # not every system has limits, or lets them be set
        import resource

        limits = {"RLIMIT_CPU": MOST_SECONDS, "RLIMIT_AS": MOST_MEMORY, "RLIMIT_CORE": 0}
        for limit, most in ((getattr(resource, name), most) for name, most in limits.items()):
            hard = resource.getrlimit(limit)[1]
            resource.setrlimit(limit, (most if hard < 0 else min(most, hard), hard))


def _claim(question: dict[str, Any], fields: frozenset[str]) -> Claim:
    between = question.get("words", {})
    texts = [between.get(field, [question[field]]) for field in sorted(fields) if question[field]]
    groups = tuple(tuple(Run("text", text) for text in parts) for parts in texts)
    return Claim(question["id"], f"Q{question['number']}", question["question"], groups)
