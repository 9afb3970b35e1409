"""How a signal ends the program: no worker and no temporary file is left, whatever it was doing.

A handler that raises depends on the code that runs at that moment: an exception out of a callback or a finalizer is
printed and forgotten. So the handler cleans up itself, and the process ends in it.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Final

from studypack.temporary import abandon, sweep

SIGNALS: Final = ("SIGINT", "SIGTERM", "SIGHUP")
"""Ctrl-C, `kill` and time limits, a terminal that is closed."""


def end_in_order(end: Callable[[int], None]) -> None:
    """Let signals end this process in order; first remove what killed ones have left.

    Args:
        end: called last, with the exit code that shells expect (128 and the signal's number); it does not return.
    """
    owner = os.getpid()
    with suppress(OSError):  # no folder for temporary files at all: what needs one will say so
        sweep(Path(tempfile.gettempdir()), "studypack-")  # before: to find the folder, Python writes a file of its own

    def handle(number: int, frame: FrameType | None) -> None:
        if os.getpid() != owner:  # a forked worker that has not set its own handlers yet
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
            signal.signal(number, handle)


def _end_workers() -> None:
    if "multiprocessing" in sys.modules:
        import multiprocessing

        for process in multiprocessing.active_children():
            process.kill()
            process.join()  # it may be writing something that `abandon` is about to remove
