"""How a signal ends the program: whatever it was doing, no worker and no temporary file is left behind.

A handler that raises an exception depends on the code that is running at that moment: in a callback or a finalizer,
the exception would be printed and ignored. So the handler cleans up and ends the process itself.
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
"""Sent by Ctrl-C, by `kill` and time limits, and by closing the terminal."""


def end_in_order(end: Callable[[int], None]) -> None:
    """Make signals end this process cleanly, after removing the temporary files of processes that were killed.

    Args:
        end: called last, with the exit code that shells expect (128 plus the signal's number); it does not return.
    """
    owner = os.getpid()
    with suppress(OSError):  # without any folder for temporary files, the code that needs one reports it
        sweep(
            Path(tempfile.gettempdir()), "studypack-"
        )  # before the handlers are set: Python writes a file to find the folder

    def handle(number: int, frame: FrameType | None) -> None:
        if os.getpid() != owner:  # a forked worker that has not set its own handlers yet
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
            return
        for name in SIGNALS:  # a second Ctrl-C must not interrupt this
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), signal.SIG_IGN)
        _end_workers()
        abandon()
        end(128 + number)

    for name in SIGNALS:
        number = getattr(signal, name, None)
        if (
            number is not None and signal.getsignal(number) is not signal.SIG_IGN
        ):  # ignored under nohup, and with `&` in a script
            signal.signal(number, handle)


def _end_workers() -> None:
    if "multiprocessing" in sys.modules:
        import multiprocessing

        for process in multiprocessing.active_children():
            process.kill()
            process.join()  # it may be writing something that `abandon` is about to remove
