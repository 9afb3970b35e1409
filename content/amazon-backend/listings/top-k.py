"""The k largest items of a stream, in one pass."""

import heapq


def top(k, items):
    best = []  # a min-heap: the worst of the best is its root
    for item in items:
        if len(best) < k:
            heapq.heappush(best, item)
        elif best and item > best[0]:
            heapq.heapreplace(best, item)
    return sorted(best, reverse=True)
