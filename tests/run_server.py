"""Runs the program in forks of a process that has already imported it, which saves a second for each run.

The tests talk to it over its standard streams: a line of JSON for each run is answered by a line with the exit code.
A fork has everything that a new process has: its own folder, environment, arguments, streams, session and exit code.
"""

from __future__ import annotations

import atexit
import json
import os
import runpy
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, NoReturn

ROOT: Final = Path(__file__).parents[1]

PRELOADED: Final = (
    "studypack.cli.main",
    "studypack.products.handbook.rendering",
    "studypack.products.cheatsheet.rendering",
    "studypack.products.deck.rendering",
    "studypack.pdf.text_extraction",
    "studypack.workflows.build",
)


class RunServer:
    """A server process, started when it is needed first.

    Args:
        generator: the folder that has the program; templates are beside it.
    """

    def __init__(self, generator: Path = ROOT / "generator") -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.run_server"],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(generator), str(ROOT)])},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        atexit.register(self._process.kill)

    def run(
        self, arguments: Sequence[str], cwd: Path, env: dict[str, str], streams: tuple[Path, Path], most: int
    ) -> int:
        """Run `studypack` and return its exit code.

        Args:
            arguments: of the command line.
            cwd: the folder it runs in.
            env: its whole environment.
            streams: the files that receive its output and its messages.
            most: seconds after which it is ended.

        Raises:
            TimeoutError: it had to be ended.
        """
        assert self._process.stdin
        assert self._process.stdout
        out, err = map(str, streams)
        told = {"arguments": list(arguments), "cwd": str(cwd), "env": env, "out": out, "err": err, "most": most}
        self._process.stdin.write(json.dumps(told) + "\n")
        self._process.stdin.flush()
        code = int(self._process.stdout.readline())
        if code == -signal.SIGALRM:
            raise TimeoutError(f"studypack {' '.join(arguments)} took more than {most} s")
        return code

    def end(self) -> None:
        """End the process."""
        with self._process:
            self._process.kill()


@cache
def server() -> RunServer:
    """Return the server of this test process."""
    return RunServer()


def _serve() -> None:
    for name in PRELOADED:
        __import__(name)
    _warm_up()
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _become(json.loads(line))
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
        sys.stdout.flush()


def _warm_up() -> None:
    """Typeset a question, so that forks find style sheets, fonts and templates already read."""
    from studypack.products import DEFAULT, PRODUCTS
    from studypack.products.interface import PackContext

    from tests.making import authored, make_set, question

    with tempfile.TemporaryDirectory() as folder:
        made = make_set(Path(folder), authored(1, questions=[question(0, "topic-0")]))
        for product in DEFAULT:
            rendered = PRODUCTS[product].render(PackContext(made, made))
            PRODUCTS[product].read_back(rendered.content)


def _become(told: dict[str, Any]) -> NoReturn:
    """Run the program in this fork, as a new process would, and end."""
    os.setsid()
    signal.alarm(told["most"])
    os.chdir(told["cwd"])
    os.environ.clear()
    os.environ.update(told["env"])
    tempfile.tempdir = None  # it was found in the server's environment
    for number, path in enumerate((os.devnull, told["out"], told["err"])):
        opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        os.dup2(opened, number)
        os.close(opened)
    for name, number, mode in (("stdin", 0, "r"), ("stdout", 1, "w"), ("stderr", 2, "w")):
        encoding, _, errors = told["env"].get("PYTHONIOENCODING", "utf-8").partition(":")
        stream = open(number, mode, encoding=encoding, errors="backslashreplace" if number == 2 else errors or None)  # noqa: SIM115, PTH123 - as Python opens them
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)  # keeps the descriptor open when the program replaces the stream
    sys.argv = ["studypack", *told["arguments"]]
    code: object = 0
    try:
        runpy.run_module("studypack", run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        code = ended.code
    except BaseException:
        sys.excepthook(*sys.exc_info())
        code = 1
    if isinstance(code, str):
        sys.stderr.write(f"{code}\n")
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 0 if code is None else 1)


if __name__ == "__main__":
    _serve()
