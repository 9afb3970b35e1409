"""Three waits of 100 ms: in turn, together, and blocking the loop."""

import asyncio
import time

NAMES = ("user", "cart", "stock")


async def call(name, seconds=0.1):
    await asyncio.sleep(seconds)  # the loop serves others meanwhile
    return name


async def blocking_call(name, seconds=0.1):
    time.sleep(seconds)  # the mistake: nobody else can run
    return name


async def in_turn():  # each await ends before the next call starts
    return [await call(name) for name in NAMES]


async def together():  # start all, then wait for all
    return await asyncio.gather(*(call(name) for name in NAMES))


async def blocking():  # gathered, yet one after another
    return await asyncio.gather(*(blocking_call(n) for n in NAMES))


if __name__ == "__main__":
    for plan in (in_turn, together, blocking):
        start = time.perf_counter()
        asyncio.run(plan())
        spent = (time.perf_counter() - start) * 1000
        print(f"{plan.__name__}: {spent:.0f} ms")  # 300, 100, 300
