"""A set that is served: what it offers, what is chosen, the build that runs, and the last pack."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from studypack.errors import Diagnostic, StudypackError
from studypack.jobs.executor import JobExecutor
from studypack.questions.loader import LoadedSet, load
from studypack.questions.selection import counts, select
from studypack.web.choosing import Choice, asked, asked_exam, command, exam_command
from studypack.web.figures import Figures
from studypack.web.finished import File, Finished, Work, exam_work, pack_work
from studypack.web.running import Result, Run
from studypack.workflows.request import Request, current_time
from studypack.workflows.watch import changes
from studypack.workflows.watched_files import WatchedFiles

Tell = Callable[[str, Any], None]
"""Tells all pages of a set something: the name of an event and its data. May be called from any thread."""


@dataclass
class Desk:
    """A set that is served.

    Attributes:
        path: of the set.
        output: the folder in which packs are written.
        executor: the workers of all builds.
        tell: tells the pages of the set what happens.
        loaded: the set as it was last valid; None if it never was.
        problems: what is wrong with it now.
        result: how the last build ended.
        made: the last pack, and the last exam.
    """

    path: Path
    output: Path
    executor: JobExecutor
    tell: Tell
    loaded: LoadedSet | None = None
    problems: tuple[Diagnostic, ...] = ()
    result: Result | None = None
    made: dict[str, Finished] = field(default_factory=dict)
    _figures: Figures = field(default_factory=Figures)
    _last: Callable[[], Work] | None = None
    _run: Run | None = None
    _builds: int = 0
    _ended: threading.Event = field(default_factory=threading.Event)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _watched: WatchedFiles | None = None

    def open(self) -> None:
        """Load the set, and watch its files until the desk is closed."""
        self.read()
        threading.Thread(target=self._watch, daemon=True).start()

    def close(self) -> None:
        """Stop watching and building."""
        self._ended.set()
        self.cancel()

    def read(self) -> None:
        """Load the set again; if it is not valid now, the last valid one stays."""
        try:
            self.loaded, self.problems = load(self.path), ()
        except StudypackError as error:
            self.problems = error.diagnostics
        else:  # the texts are measured now, so that every choice is answered at once
            self._figures.of(Request(self.path, output=self.output), self.loaded.question_set)

    def _watch(self) -> None:
        self._watched = WatchedFiles(Request(self.path))
        try:
            for changed in changes(Request(self.path), self._watched):
                if self._ended.is_set():
                    return
                if changed:
                    self._watched.read()
                    self.read()
                    self.tell("changed", None)
                    if self._last is not None and not self.problems:
                        self._start(self._last)
        except StudypackError as error:  # the folder was removed
            self.problems = error.diagnostics
            self.tell("changed", None)

    @property
    def files(self) -> dict[str, File]:
        """Return the files that were made last, by their names in addresses."""
        return {file.name: file for made in self.made.values() for file in made.files}

    def chosen(self, choice: Choice) -> dict[str, Any]:
        """Return what a choice selects: counts, the questions, and the commands that make the same.

        Raises:
            StudypackError: a name does not exist, or nothing is selected.
        """
        if self.loaded is None:
            raise StudypackError(*self.problems)
        request = asked(choice, self.path, self.output)
        selected = select(self.loaded.question_set, request.criteria)
        topics, levels, tags = counts(selected)
        return {
            "questions": [q.id for q in selected.questions],
            "topics": topics,
            "levels": levels,
            "tags": tags,
            "figures": self._figures.of(request, selected),
            "command": command(choice, self.path, self.output),
            "exam_command": exam_command(choice, self.path, self.output),
        }

    def build(self, choice: Choice) -> None:
        """Begin to build a pack.

        Raises:
            StudypackError: the choice cannot be built.
        """
        self.chosen(choice)  # what cannot be selected is said at once
        request = asked(choice, self.path, self.output)
        self._start(lambda: pack_work(replace(request, now=current_time())))

    def exam(self, choice: Choice) -> None:
        """Begin to print an exam.

        Raises:
            StudypackError: the choice cannot be printed.
        """
        wanted = asked_exam(choice, self.path, self.output)
        self._start(lambda: exam_work(wanted))

    def _start(self, work: Callable[[], Work]) -> None:
        """Begin what is repeated when the set changes; what runs is cancelled first."""
        with self._lock:
            self.cancel()
            self._builds += 1
            self._last = work
            self._run = Run(
                self._builds, work(), self.executor, lambda said: self.tell("progress", said), self._ended_as
            )

    def cancel(self) -> None:
        """Cancel the build that runs, if there is one, and wait for its end."""
        with self._lock:
            run, self._run = self._run, None
        if run is not None:
            run.cancel()
            run.wait()

    def _ended_as(self, result: Result) -> None:
        if result.made is not None:
            if self._watched is not None:  # the states that this build has written are no changes
                self._watched.read(result.made.set_id)
            self.made = {**self.made, result.made.kind: result.made}
            self._learn(result.made)
        self.result = result
        self.tell("built", result.number)

    def _learn(self, made: Finished) -> None:
        """Compare what was built with its estimates; a set that has changed meanwhile teaches nothing."""
        if made.request is not None and self.loaded is not None:
            with suppress(StudypackError):
                selected = select(self.loaded.question_set, made.request.criteria)
                self._figures.learn(made.request, selected, made.amounts)
