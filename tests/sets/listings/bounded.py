"""A queue that makes its producers wait: it never grows beyond its bound."""

from queue import Queue
from threading import Thread

jobs: Queue[str | None] = Queue(maxsize=2)
done: list[str] = []


def consume() -> None:
    while (job := jobs.get()) is not None:
        done.append(job.upper())


worker = Thread(target=consume)
worker.start()
for name in ("resize", "mail", "index"):
    jobs.put(name)  # waits here while two jobs are in the queue
jobs.put(None)
worker.join()
