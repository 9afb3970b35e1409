"""Runs the server on the loopback address until the program is ended."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from studypack.errors import BuildError, Diagnostic
from studypack.jobs.cache import Cache, default_folder
from studypack.jobs.executor import JobExecutor
from studypack.web.app import UPLOADS, Server, Shown, app_of
from studypack.web.guard import Guard, new_token
from studypack.workflows.executing import prepare_fonts

LOOPBACK = "127.0.0.1"


class _Uvicorn(uvicorn.Server):
    """Leaves signals to the program, which ends at once and cleans up."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def serve(paths: list[Path], output: Path, port: int, workers: int, shown: Shown, ready: Callable[[str], None]) -> None:
    """Serve question sets until the process is ended.

    Args:
        paths: the sets, the one that is shown first at the beginning.
        output: the folder in which packs are written.
        port: 0 for any that is free.
        workers: the number of processes of builds; 0 means one per core.
        shown: returns diagnostics as the terminal shows them.
        ready: called with the address to open, once the server answers.

    Raises:
        BuildError: the port is taken.
    """
    try:
        listener = socket.create_server((LOOPBACK, port))
    except OSError as error:
        why = error.strerror or str(error)
        raise BuildError(Diagnostic(None, f"port {port} cannot be used", why, "choose another with --port")) from error
    port = listener.getsockname()[1]
    token = new_token()
    with JobExecutor(workers, Cache(default_folder())) as executor:
        prepare_fonts(executor)
        server = Server(output, executor, shown)
        for path in paths:
            server.add(path)
        guarded = Guard(app_of(server), port, token, UPLOADS)
        config = uvicorn.Config(guarded, log_level="warning", access_log=False, lifespan="off", server_header=False)
        try:
            asyncio.run(_run(_Uvicorn(config), listener, lambda: ready(f"http://{LOOPBACK}:{port}/?token={token}")))
        finally:
            server.close()


async def _run(server: uvicorn.Server, listener: socket.socket, ready: Callable[[], None]) -> None:
    running = asyncio.create_task(server.serve([listener]))
    while not server.started and not running.done():
        await asyncio.sleep(0.01)
    ready()
    await running
