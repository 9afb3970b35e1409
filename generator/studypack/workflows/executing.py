"""Where the jobs of a command run: in this process, in a pool of processes, or on a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from studypack.errors import BuildError
from studypack.jobs.cache import Cache, default_folder
from studypack.jobs.executor import JobExecutor
from studypack.typeset.fonts import FacesJob, has_faces, take_faces
from studypack.workflows.request import Request


def prepare_fonts(executor: JobExecutor) -> None:
    """Let the first job take the font files from the cache, so that neither this process nor its forks make them."""

    def prepare() -> None:
        if not has_faces():
            with suppress(BuildError):  # whatever needs a font that is missing will say so
                take_faces(executor.submit(FacesJob()).result())

    executor.prepare = prepare


@contextmanager
def running(
    request: Request, executor: JobExecutor | None = None, progress: Callable[[str], None] = lambda _: None
) -> Iterator[JobExecutor]:
    """Yield the executor of a request, which ends with the context.

    Args:
        request: how many processes it asks for, and whether results may come from the cache.
        executor: used instead, and not ended.
        progress: called with the numbers of finished and of all jobs as they change.

    Raises:
        BuildError: the cluster that the request names cannot be used.
    """
    if executor is not None:
        yield executor
        return

    def told(finished: int, submitted: int) -> None:
        progress(f"{finished} of {submitted} jobs")

    cache = Cache(default_folder()) if request.cached else None
    if not request.cluster:
        with JobExecutor(request.workers, cache, told=told) as own:
            if request.cached:
                prepare_fonts(own)
            yield own
        return
    from studypack.jobs.cluster import connected

    with connected(request.cluster) as remote, JobExecutor(0, cache, remote, told) as own:
        yield own
