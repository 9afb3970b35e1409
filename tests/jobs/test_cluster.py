"""A cluster of Dask: the same bytes as here, whatever becomes of its workers, and a sentence if it cannot be used."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from studypack.errors import BuildError
from studypack.jobs import cluster, fingerprints
from studypack.jobs.executor import JobExecutor
from studypack.products.exam import ExamOptions
from studypack.products.exam.job import PaperJob
from studypack.products.exam.sheets import Sheet
from studypack.products.options import Options
from studypack.questions.papers import draw

from tests.making import authored, make_set, write_set
from tests.running import ROOT, environment, start

pytestmark = pytest.mark.filterwarnings("ignore")  # Dask's own, about versions and connections that tests cut

PAPERS = 6


class Processes(NamedTuple):
    """A scheduler and its workers, as processes."""

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]

    def end(self) -> None:
        """Kill all of them."""
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


def _started(folder: Path, workers: int) -> Processes:
    """Start a scheduler and workers, which need nothing but the program."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"

    def dask(*words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", *words, "--no-dashboard"]
        log = (folder / f"{words[0]}.log").open("ab")
        own = environment(PYTHONPATH=f"{ROOT / 'generator'}{os.pathsep}{ROOT}")  # for a job of this module
        return subprocess.Popen(command, cwd=folder, env=own, stdout=log, stderr=log)

    scheduler = dask("scheduler", "--host", "127.0.0.1", "--port", str(port))
    made = [dask("worker", address, "--nthreads", "1", "--no-nanny") for _ in range(workers)]
    return Processes(address, scheduler, made)


@pytest.fixture(scope="module")
def processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    made = _started(tmp_path_factory.mktemp("cluster"), 2)
    try:
        _wait(made.address, 2)
        yield made
    finally:
        made.end()


def _wait(address: str, workers: int) -> None:
    """Wait until a scheduler has so many workers."""
    from distributed import Client

    for _ in range(200):
        try:
            with Client(address, timeout=5, set_as_default=False) as client:  # type: ignore[no-untyped-call]
                client.wait_for_workers(workers, timeout=60)
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail("no scheduler")


@pytest.fixture(scope="module")
def jobs(tmp_path_factory: pytest.TempPathFactory) -> list[PaperJob]:
    """Return the jobs of some papers."""
    whole = make_set(tmp_path_factory.mktemp("set"), authored(1))
    options = Options((), (ExamOptions(answers_space=0),))
    return [PaperJob(Sheet(draw(whole, (), str(n), code=f"A{n}"), options)) for n in range(PAPERS)]


def test_a_lost_workers_jobs_are_done_again(processes: Processes, jobs: list[PaperJob]) -> None:
    """One of two workers is killed in the middle: every paper is made, with the same bytes as in this process."""
    with cluster.connected(processes.address) as remote, JobExecutor(executor=remote) as executor:
        results = executor.map(jobs)
        made = [next(results)]
        processes.workers[0].kill()
        made += results
    with JobExecutor(workers=1) as executor:
        here = list(executor.map(jobs[:2]))
    assert [each.paper.pdf for each in made[:2]] == [each.paper.pdf for each in here]
    assert [each.key.pdf for each in made[:2]] == [each.key.pdf for each in here]
    assert len({each.paper.pdf for each in made}) == PAPERS
    assert processes.workers[0].wait() == -signal.SIGKILL


def test_a_job_that_fails_says_so(processes: Processes) -> None:
    """The error of a job arrives as it was raised."""
    with cluster.connected(processes.address) as remote, JobExecutor(executor=remote) as executor:
        future = executor.submit(_Failing())
        with pytest.raises(BuildError, match="not today, the worker said so"):
            future.result()


class _Failing:
    def inputs(self) -> None:
        return None

    def run(self) -> None:
        from studypack.errors import Diagnostic

        raise BuildError(Diagnostic(None, "not today", "the worker said so"))

    def dumps(self, result: object) -> bytes:
        return b""

    def loads(self, content: bytes) -> None:
        return None


def test_workers_of_another_version_are_refused(processes: Processes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the first job, in a line that names what differs; and by each job, because workers may join later."""
    own = fingerprints.versions()
    monkeypatch.setattr(fingerprints, "versions", lambda: own | {"weasyprint": "1"})
    with pytest.raises(BuildError) as caught, cluster.connected(processes.address):
        pass
    (said,) = caught.value.diagnostics
    assert said.what.startswith("the worker tcp://")
    assert said.what.endswith(f"has weasyprint {own['weasyprint']}, and this machine 1")
    with pytest.raises(BuildError, match="a worker has weasyprint 1, and this machine"):
        cluster.run_alike(own, b"")


def test_ctrl_c_cancels_what_was_submitted(processes: Processes, tmp_path: Path) -> None:
    """The command ends as on one machine, and the scheduler has forgotten its jobs."""
    from distributed import Client

    write_set(tmp_path / "made.yaml", authored(12))
    words = ["exam", "made.yaml", "--variants", "40", "--no-cache", "--cluster", processes.address]
    command = start(*words, cwd=tmp_path)
    with Client(processes.address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        _until(client, lambda tasks: tasks > 0)
        os.kill(command.pid, signal.SIGINT)
        out, err = command.communicate(timeout=60)
        assert (command.returncode, out) == (130, "")
        assert err.endswith("interrupted; nothing was written\n")
        _until(client, lambda tasks: tasks == 0)
    assert not (tmp_path / "out").exists()


def _until(client: Any, holds: Any) -> None:
    """Wait until the number of the scheduler's tasks is as it should be."""
    for _ in range(300):
        if holds(client.run_on_scheduler(_tasks)):
            return
        time.sleep(0.1)
    pytest.fail("the scheduler's tasks are not as they should be")


def _tasks(dask_scheduler: Any) -> int:
    return len(dask_scheduler.tasks)


def test_a_cluster_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A port at which nothing answers, and what is no address at all."""
    monkeypatch.setattr(cluster, "CONNECTING", 0.3)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(BuildError, match=f"no scheduler answers at {address}"), cluster.connected(address):
        pass
    with pytest.raises(BuildError, match='"host" is not the address of a scheduler'), cluster.connected("host"):
        pass


def test_a_cluster_that_dies_is_named(processes: Processes, jobs: list[PaperJob]) -> None:
    """The last test of this module: the scheduler is killed in the middle, and the build ends with a message."""
    with cluster.connected(processes.address) as remote, JobExecutor(executor=remote) as executor:
        futures = [executor.submit(job) for job in jobs]
        processes.scheduler.kill()
        with pytest.raises(BuildError, match=f"the connection to the cluster at {processes.address} was lost"):
            futures[-1].result(timeout=60)
