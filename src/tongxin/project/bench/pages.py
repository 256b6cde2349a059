"""Measure pages, the API and search."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from urllib.parse import quote
from uuid import uuid4

from tongxin.center.kit.ids import public_id
from tongxin.project.bench import machine
from tongxin.project.bench.clients import Http, Run, hammer
from tongxin.project.bench.figures import Figure, at_most, percentile
from tongxin.project.bench.house import House
from tongxin.project.bench.words import COMMON_WORDS, RARE_WORDS

SMALL, LARGE = 20_000, 1_000_000
CLIENTS, SECONDS = 8, 5.0
_LIMITS = {"HTML": 3.0, "API": 1.5}


def lists(house: House) -> Iterator[Figure]:
    """A list of 50 conversations, from 20,000 and from 1,000,000."""
    cost: dict[tuple[str, str], float] = {}
    for size in ("small", "large"):
        keys = house.keys[size]
        asks = {
            "HTML": ("/desk/all/", _cookies(keys["session"])),
            "API": ("/api/v1/conversations?limit=50", _bearer(keys["token"])),
        }
        for kind, (path, headers) in asks.items():
            cost[kind, size] = _cpu(house, _get(house.port, path, headers))
            name = f"list of 50, {kind}, {_count(size)} conversations: CPU"
            yield at_most(name, cost[kind, size], "ms", _LIMITS[kind])
    for kind in _LIMITS:
        ratio = cost[kind, "large"] / cost[kind, "small"]
        yield at_most(f"list of 50, {kind}: 1,000,000 against 20,000", ratio, "x", 1.3)


def writes(house: House) -> Iterator[Figure]:
    """Eight programs create conversations, and answer them, through the API."""
    keys = house.keys["quick"]
    inbox = public_id("inb", keys["inbox_id"])
    yield at_most(
        "create a conversation by REST: CPU",
        _cpu(house, _create(house.port, keys["token"], inbox)),
        "ms",
        5,
    )
    yield at_most(
        "add a reply by REST: CPU", _cpu(house, _reply(house.port, keys["token"], inbox)), "ms", 5
    )


def search(house: House) -> Iterator[Figure]:
    """Common and rare words among 1,000,000 messages."""
    keys = house.keys["large"]
    for kind, words in (("common", COMMON_WORDS), ("rare", RARE_WORDS)):
        for word in words:
            path = f"/api/v1/messages/search?text={quote(word)}"
            run = asyncio.run(_alone(house.port, path, _bearer(keys["token"])))
            yield at_most(
                f"search, a {kind} word ({word}): p95",
                percentile(run.seconds, 0.95) * 1000,
                "ms",
                30,
            )


def _cpu(house: House, client: Callable[[Run, float], Awaitable[None]]) -> float:
    """Return CPU milliseconds of app and database for each answer."""
    asyncio.run(hammer(CLIENTS, 1.5, client))  # warm
    pids = house.pids
    before = machine.cpu_seconds(pids)
    run = asyncio.run(hammer(CLIENTS, SECONDS, client))
    return (machine.cpu_seconds(pids) - before) * 1000 / len(run.seconds)


def _get(port: int, path: str, headers: str) -> Callable[[Run, float], Awaitable[None]]:
    async def ask(run: Run, until: float) -> None:
        http = await Http.to(port)
        while time.perf_counter() < until:
            await _timed(run, http, "GET", path, headers)
        http.close()

    return ask


def _create(port: int, token: str, inbox: str) -> Callable[[Run, float], Awaitable[None]]:
    async def create(run: Run, until: float) -> None:
        http = await Http.to(port)
        while time.perf_counter() < until:
            await _timed(
                run, http, "POST", "/api/v1/conversations/start", _write(token), _start(inbox)
            )
        http.close()

    return create


def _reply(port: int, token: str, inbox: str) -> Callable[[Run, float], Awaitable[None]]:
    async def reply(run: Run, until: float) -> None:
        http = await Http.to(port)
        _status, made = await http.ask(
            "POST", "/api/v1/conversations/start", _write(token), _start(inbox)
        )
        ids = [json.loads(made)["conversation_id"]]
        while time.perf_counter() < until:
            body = json.dumps({"conversation_ids": ids, "text": "您好，正在为您查询。"}).encode()
            await _timed(run, http, "POST", "/api/v1/conversations/reply", _write(token), body)
        http.close()

    return reply


async def _alone(port: int, path: str, headers: str) -> Run:
    run, http = Run(), await Http.to(port)
    for _number in range(10):
        await http.ask("GET", path, headers)
    for _number in range(100):
        await _timed(run, http, "GET", path, headers)
    http.close()
    return run


async def _timed(
    run: Run, http: Http, method: str, path: str, headers: str, body: bytes = b""
) -> None:
    began = time.perf_counter()
    status, content = await http.ask(method, path, headers, body)
    if status >= 300:  # noqa: PLR2004
        raise RuntimeError(f"{path}: {status} {content[:300]!r}")
    run.seconds.append(time.perf_counter() - began)


def _start(inbox: str) -> bytes:
    address = {"kind": "webchat", "value": uuid4().hex, "name": ""}
    return json.dumps(
        {"inbox_id": inbox, "address": address, "text": "您的包裹今天送达。"}
    ).encode()


def _cookies(session: str) -> str:
    """Return both cookies that every browser sends once it has logged in."""
    return f"Cookie: tongxin_session={session}; tongxin_csrf={'b' * 32}\r\n"


def _bearer(token: str) -> str:
    return f"Authorization: Bearer {token}\r\n"


def _write(token: str) -> str:
    return f"{_bearer(token)}Content-Type: application/json\r\nIdempotency-Key: {uuid4()}\r\n"


def _count(size: str) -> str:
    return f"{SMALL if size == 'small' else LARGE:,}"
