"""Merge sorted arrays with a heap that holds one head of each."""

import heapq


def merge(arrays):
    heads = [
        (array[0], which, 0)  # the number breaks ties
        for which, array in enumerate(arrays)
        if array
    ]
    heapq.heapify(heads)
    merged = []
    while heads:
        item, which, place = heads[0]
        merged.append(item)
        place += 1
        if place < len(arrays[which]):
            successor = (arrays[which][place], which, place)
            heapq.heapreplace(heads, successor)
        else:
            heapq.heappop(heads)  # this array is used up
    return merged
