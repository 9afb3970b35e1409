"""A Dask cluster as an executor: jobs carry all that they need, so its workers need nothing but the same studypack.

Dask runs the jobs of a lost worker again on another one, and forgets the jobs of a client that is gone.
"""

from __future__ import annotations

import logging
import pickle
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager, suppress
from typing import Any, Final

from studypack.errors import BuildError, Diagnostic
from studypack.jobs import fingerprints
from studypack.jobs.worker import run_in_worker

CONNECTING: Final = 10.0
"""Seconds in which the scheduler must answer."""
WITHOUT_WORKERS: Final = 60.0
"""Seconds for which a cluster may have no worker: the last one may have been lost, and another one be on its way."""
_LOOKING: Final = 5.0
"""Seconds between two looks at the cluster."""
_ADDRESS: Final = re.compile(r"(tcp|tls)://[^\s/:]+(:[^\s/:]+)*:[0-9]{1,5}")
START: Final = "start it with `dask scheduler`, and workers with `dask worker ADDRESS --nthreads 1` (docs/cluster.md)"


@contextmanager
def connected(address: str) -> Iterator[Executor]:
    """Yield a cluster as an executor of jobs. Leaving the context cancels the jobs that have not finished.

    Args:
        address: of the scheduler, such as `tcp://192.168.1.10:8786`.

    Raises:
        BuildError: Dask is not installed, no scheduler answers, there are no workers, or one of them differs from this
            machine in something that affects the result.
    """
    client = _client(address)
    try:
        _check(client, address)
        executor = _Cluster(client, address)
        try:
            yield executor
        finally:
            executor.shutdown(cancel_futures=True)
    finally:
        with suppress(Exception):  # the scheduler may be gone
            client.close(timeout=2)


def _client(address: str) -> Any:
    """Return a client of a scheduler."""
    if not _ADDRESS.fullmatch(address):
        why = "an address is tcp:// or tls://, a host and a port"
        raise BuildError(Diagnostic(None, f'"{address}" is not the address of a scheduler', why, START))
    try:
        from distributed import Client
    except ImportError as error:
        remedy = "pip install 'studypack[cluster]'"
        raise BuildError(
            Diagnostic(None, "a cluster needs Dask, which is not installed", str(error), remedy)
        ) from error
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what it would print, our messages say
    try:
        return Client(address, timeout=CONNECTING, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TypeError) as error:  # TimeoutError is an OSError; the others are about TLS
        why = " ".join(str(error).split())[:200]
        raise BuildError(Diagnostic(None, f"no scheduler answers at {address}", why, START)) from error


def _check(client: Any, address: str) -> None:
    """Raise BuildError if there are no workers, or if one of them differs from this machine."""
    found = client.run(versions_there, on_error="return")
    if not found:
        raise BuildError(Diagnostic(None, f"the cluster at {address} has no workers", "", START))
    for worker, theirs in found.items():
        if isinstance(theirs, Exception):
            why = f"{type(theirs).__name__}: {theirs}"
            raise BuildError(Diagnostic(None, f"the worker {worker} cannot run studypack", why, "install it there"))
        if difference := differing(theirs):
            raise BuildError(Diagnostic(None, f"the worker {worker} {difference}", "", "install the same versions"))


def versions_there() -> dict[str, str]:
    """Return what a worker has, in the worker."""
    return fingerprints.versions()


def differing(theirs: Mapping[str, str]) -> str:
    """Return what another machine has that differs from this one: `has X 1, and this machine 2`; empty if nothing."""
    own = fingerprints.versions()
    for name in own:
        if theirs.get(name) != own[name]:
            return f"has {name} {theirs.get(name, 'of an unknown version')}, and this machine {own[name]}"
    return ""


def run_alike(client: Mapping[str, str], job: bytes) -> bytes:
    """Run a job in a worker that is like the client's machine. Workers may join at any time, so each job asks.

    Args:
        client: the versions that the client's machine has.
        job: the job, pickled: the scheduler, which passes it on, does not look into bytes.

    Raises:
        BuildError: the worker differs.
        Exception: whatever the job raises.
    """
    if client != fingerprints.versions():
        own = fingerprints.versions()
        name = next(name for name in own if client.get(name) != own[name])
        what = f"a worker has {name} {own[name]}, and this machine {client.get(name)}"
        raise BuildError(Diagnostic(None, what, "", "install the same versions"))
    return run_in_worker(pickle.loads(job))  # noqa: S301 - anyone who can reach a scheduler can run anything on it


class _Cluster(Executor):
    """Submits jobs to a cluster, and fails them with a message if it is lost."""

    def __init__(self, client: Any, address: str) -> None:
        self._client, self._address = client, address
        self._inner = client.get_executor(pure=False)
        self._waiting: set[Future[bytes]] = set()
        self._lock = threading.Lock()
        self._closed = threading.Event()
        threading.Thread(target=self._look, daemon=True).start()

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run a job, which is the only argument; the function is `run_in_worker`."""
        made: Future[bytes] = Future()
        made.set_running_or_notify_cancel()
        with self._lock:
            self._waiting.add(made)
        try:
            inner = self._inner.submit(run_alike, fingerprints.versions(), pickle.dumps(args[0]))
        except Exception as error:  # the client was closed when the connection was lost
            self._fail(made, self._lost(error))
            return made
        inner.add_done_callback(lambda done: self._finish(done, made))
        return made

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the connection's work: with `cancel_futures`, what has not finished is cancelled."""
        self._closed.set()
        with self._lock:
            waiting = list(self._waiting)
        if waiting and cancel_futures:
            with suppress(Exception):  # the scheduler may be gone
                self._inner.shutdown(wait=False)

    def _finish(self, done: Future[bytes], made: Future[bytes]) -> None:
        try:
            result = done.result()
        except CancelledError as error:
            self._fail(made, self._lost(error))
        except Exception as error:
            self._fail(made, self._killed(error) if type(error).__name__ == "KilledWorker" else error)
        else:
            with self._lock:
                first = made in self._waiting
                self._waiting.discard(made)
            if first:
                made.set_result(result)

    def _fail(self, made: Future[bytes], error: Exception) -> None:
        with self._lock:
            first = made in self._waiting
            self._waiting.discard(made)
        if first:
            made.set_exception(error)

    def _look(self) -> None:
        """Fail all jobs if there has been no worker for a while; they would wait for one without end."""
        without = 0.0
        while not self._closed.wait(_LOOKING):
            try:
                there = bool(self._client.scheduler_info()["workers"])
            except Exception:  # the connection is lost: Dask cancels the jobs
                there = False
            without = 0.0 if there else without + _LOOKING
            if without >= WITHOUT_WORKERS:
                with self._lock:
                    waiting = list(self._waiting)
                what = f"the cluster at {self._address} has had no workers for {WITHOUT_WORKERS:.0f} s"
                for made in waiting:
                    self._fail(made, BuildError(Diagnostic(None, what, "", START)))

    def _lost(self, cause: BaseException) -> BuildError:
        what = f"the connection to the cluster at {self._address} was lost"
        error = BuildError(Diagnostic(None, what, "", "start it again; what was finished comes from the cache"))
        error.__cause__ = cause
        return error

    def _killed(self, cause: BaseException) -> BuildError:
        why = "perhaps it takes more memory than they have"
        error = BuildError(Diagnostic(None, "several workers died while they ran the same job", why, "give them more"))
        error.__cause__ = cause
        return error
