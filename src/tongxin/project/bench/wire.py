"""Measure the wire: durable intake, the way of a lone message, memory of open sockets."""

import asyncio
import contextlib
import statistics
import time
from collections.abc import Iterator

from tongxin.project.bench import machine
from tongxin.project.bench.clients import Run, connected, message
from tongxin.project.bench.desk import at_desk, heard
from tongxin.project.bench.figures import Figure, at_least, at_most, percentile
from tongxin.project.bench.house import House
from tongxin.project.bench.limits import Limit
from tongxin.project.bench.talkers import HttpTalker, SocketTalker, hammer

SECONDS, FIRST, SOCKETS, LONE = 8.0, 32, 1000, 300


def intake(house: House, limit: Limit) -> Iterator[Figure]:
    """128 visitors write as fast as they are answered."""
    inbox = house.keys["quick"]["inbox"]
    for name, talker in (("HTTP", HttpTalker), ("socket", SocketTalker)):
        hammer(talker, house.port + 1, inbox, [], 2.0)  # warm
        run = hammer(talker, house.port + 1, inbox, house.pids, SECONDS)
        cpu = run.cpu * 1000 / len(run.seconds)
        beside = f"pgbench c16: {limit.per_second:,.0f}/s"
        yield at_least(
            f"intake {name}: of pgbench's rate", run.per_second / limit.per_second, "x", 0.5, beside
        )
        yield at_least(f"intake {name}: durable messages", run.per_second, "/s", 4000, beside)
        yield at_most(f"intake {name}: p99", percentile(run.seconds, 0.99) * 1000, "ms", 100)
        alone = f"pgbench's transaction, the database alone: {limit.milliseconds:.2f} ms"
        yield at_most(f"intake {name}: CPU of app and database a message", cpu, "ms", 0.3, alone)


def sockets(house: House) -> Iterator[Figure]:
    """1,000 visitors look on while one writes to an agent."""
    yield from asyncio.run(_sockets(house))


async def _sockets(house: House) -> list[Figure]:
    keys, live = house.keys["quick"], house.pids_of("tongxin-live")
    async with contextlib.AsyncExitStack() as stack:
        for _first in range(FIRST):  # what a process makes once is there, in every one of them
            await stack.enter_async_context(connected(house.port + 1, keys["inbox"]))
        before = machine.pss_megabytes(live)
        for _batch in range(SOCKETS // 50):
            opening = [connected(house.port + 1, keys["inbox"]) for _ in range(50)]
            await asyncio.gather(*(stack.enter_async_context(one) for one in opening))
        await asyncio.sleep(2)
        memory = (machine.pss_megabytes(live) - before) * 1000 / SOCKETS
        run = await _lone(house)
    times = [seconds * 1000 for seconds in run.seconds]
    beside = f"{SOCKETS} idle sockets open"
    return [
        at_most("memory of 1,000 open sockets", memory, "MB", 35),
        at_most(
            "a lone message, visitor to agent: p50", statistics.median(times), "ms", 10, beside
        ),
        at_most("a lone message, visitor to agent: p99", percentile(times, 0.99), "ms", 50, beside),
    ]


async def _lone(house: House) -> Run:
    run = Run()
    async with (
        at_desk(house) as desk,
        connected(house.port + 1, house.keys["quick"]["inbox"]) as visitor,
    ):
        for _number in range(LONE):
            began = time.perf_counter()
            await visitor.send(message().decode())
            await heard(desk)
            run.seconds.append(time.perf_counter() - began)
            await asyncio.sleep(0.03)
    return run
