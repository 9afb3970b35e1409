"""Order tasks after what they need, in levels (Kahn's algorithm)."""

from collections import defaultdict


def levels(needs):  # each task with the tasks it needs
    unlocks, open_needs = defaultdict(list), {}
    for task, needed in needs.items():
        open_needs[task] = len(set(needed))
        for need in set(needed):
            unlocks[need].append(task)
    for need in list(unlocks):
        open_needs.setdefault(need, 0)  # needed, but not listed
    ready = [task for task, count in open_needs.items() if not count]
    found, done = [], 0
    while ready:
        found.append(sorted(ready))  # only to be repeatable: V log V
        done += len(ready)
        freed = []
        for task in ready:
            for later in unlocks[task]:
                open_needs[later] -= 1
                if not open_needs[later]:
                    freed.append(later)
        ready = freed
    if done < len(open_needs):
        stuck = sorted(t for t, count in open_needs.items() if count)
        raise ValueError(f"on a cycle or behind one: {stuck}")
    return found
