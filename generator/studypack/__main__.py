"""The entry point of `studypack` and of `python -m studypack`: checks that must run before any other import."""

from __future__ import annotations

import signal
import sys


def main() -> None:
    """Run the program. Ctrl-C while it is still loading ends it silently, because no work has begun."""
    if sys.version_info < (3, 11):  # noqa: UP036 - a checkout may be run by any Python
        sys.exit(
            "error: studypack needs Python 3.11 or newer; install it (Debian 12 or newer: apt-get install python3)"
        )
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from studypack.cli.main import main as run

    run()


if __name__ == "__main__":
    main()
