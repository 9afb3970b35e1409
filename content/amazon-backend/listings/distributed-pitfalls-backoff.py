"""Retry transient failures: bounded, backed off, with full jitter."""

import random
import time
import uuid


class TransientError(Exception):
    """May pass by itself: timeout, reset, 503, throttling."""


def retry(call, attempts=4, base=0.1, cap=0.3, limit=1.0, budget=5.0):
    key = str(uuid.uuid4())  # one idempotency key for all attempts
    deadline = time.monotonic() + budget
    attempt = 0
    while True:
        attempt += 1
        timeout = min(limit, deadline - time.monotonic())
        try:
            return call(key, timeout=timeout)  # pass the deadline down
        except TransientError:  # other errors pass through
            bound = min(cap, base * 2 ** (attempt - 1))
            pause = random.uniform(0, bound)  # full jitter
            late = time.monotonic() + pause >= deadline
            if attempt == attempts or late:
                raise
            time.sleep(pause)
            if time.monotonic() >= deadline:  # a sleep can overrun
                raise
