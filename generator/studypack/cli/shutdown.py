"""How the program ends when it is told to: workers gone, nothing temporary left, wherever it was.

A handler that raises would be at the mercy of whoever runs at that moment: exceptions out of callbacks and finalizers
are printed and forgotten. So it does what is to do itself, and the process ends in it.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Final

from studypack.storage.temporary import abandon, temporary_folder

SIGNALS: Final = ("SIGINT", "SIGTERM", "SIGHUP")
"""Ctrl-C, `kill` and time limits, a terminal that is closed."""


@contextmanager
def orderly(end: Callable[[int], None]) -> Iterator[None]:
    """Let signals end this process in order, and let the libraries' temporary files be its own.

    Args:
        end: called last, with the exit code that shells expect (128 and the signal's number); it does not return.
    """
    owner = os.getpid()

    def told(number: int, frame: FrameType | None) -> None:
        if os.getpid() != owner:  # a worker between its fork and its own habits
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
            return
        for name in SIGNALS:  # a second Ctrl-C must not come in between
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), signal.SIG_IGN)
        _end_workers()
        abandon()
        end(128 + number)

    for name in SIGNALS:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:  # nohup, and `&` in a script
            signal.signal(number, told)
    with _own_temporaries():
        yield


def _end_workers() -> None:
    if "multiprocessing" in sys.modules:
        import multiprocessing

        for process in multiprocessing.active_children():
            process.kill()
            process.join()  # it may be writing something that `abandon` is about to remove


@contextmanager
def _own_temporaries() -> Iterator[None]:
    """Let the typesetter keep its fonts in a folder that goes with this process, however it ends."""
    with ExitStack() as stack:
        with suppress(OSError):  # no place for temporary files at all: what needs one will say so
            folder = stack.enter_context(temporary_folder(Path(tempfile.gettempdir()), "studypack-"))
            tempfile.tempdir = str(folder)
        try:
            yield
        finally:
            tempfile.tempdir = None
