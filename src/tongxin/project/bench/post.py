"""Measure mail: from a mail server's hand into conversations, by LMTP; and by IMAP, where there is a dovecot."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from tongxin.center.kit.ids import public_id
from tongxin.project.bench import browser, machine
from tongxin.project.bench.clients import Run
from tongxin.project.bench.desk import at_desk, heard
from tongxin.project.bench.dovecot import dovecot, has_dovecot
from tongxin.project.bench.figures import Figure, at_least, at_most
from tongxin.project.bench.house import House, wait_for_port
from tongxin.project.bench.letters import Letter, hand_in, letters
from tongxin.project.bench.ports import free_port
from tongxin.project.speech import Stop

MANY, OF_EACH, LINES, LONE, IDLE = 10_000, 4, 16, 30, 12
_PATIENCE, _PAUSE = 300.0, 1.0
_TAKEN = "SELECT count(*) FROM conversations_message WHERE inbox_id = %s AND id > %s"
_LAST = "SELECT COALESCE(max(id), 0) FROM conversations_message"
_NAMED = "SELECT id, conversation_id FROM conversations_message WHERE external_id = %s"
_ASTRAY = """
SELECT count(*) FROM conversations_message m JOIN conversations_message r ON r.inbox_id = m.inbox_id
    AND r.external_id = regexp_replace(m.external_id, '\\.\\d+@', '.0@')
WHERE m.inbox_id = %s AND m.id > %s AND r.conversation_id <> m.conversation_id
"""


@dataclass(frozen=True)
class Slot:
    """Where lone mails are put: a server's port, for an address; and where one sees that they came."""

    house: House
    database: psycopg.Connection
    port: int
    own: str


def mail(house: House) -> Iterator[Figure]:
    """10,000 mails, three of four of them answers; then single ones, from 250 to an agent's desk."""
    own, inbox_id = house.keys["quick"]["mail_address"], house.keys["quick"]["mail_inbox_id"]
    with _door(house) as (port, door), psycopg.connect(
        house.environment["DATABASE_URL"], autocommit=True
    ) as database:  # fmt: skip
        _pass(database, port, own, inbox_id, list(letters(own, _name("w"), 200, OF_EACH)), [])
        given = list(letters(own, _name("m"), MANY, OF_EACH))
        [(before,)] = database.execute(_LAST).fetchall()
        run = _pass(database, port, own, inbox_id, given, [*house.pids, door])
        [(astray,)] = database.execute(_ASTRAY, [inbox_id, before]).fetchall()
        yield at_least("mail by LMTP: in their conversations", len(given) / run.lasted, "/s", 200)
        yield at_most("mail: CPU of app and database each", run.cpu * 1000 / len(given), "ms", 8)
        yield at_most("mail: answers that are not in their thread", float(astray), "", 0)
        time.sleep(5)  # what handlers still do is not the lone mails'
        yield from _lone(Slot(house, database, port, own), "LMTP", LONE, 0.3)
        if has_dovecot():
            yield from _by_imap(house, database)


def _by_imap(house: House, database: psycopg.Connection) -> Iterator[Figure]:
    """Measure lone mails from a mail server's 250 by way of a mailbox that the house reads."""
    owner = house.keys["quick"]["owner"]
    own = owner.replace("@", "-imap@")
    with dovecot() as server:
        house.run("tongxin.project.bench.mailbox", owner, own, str(server.imap))
        try:
            slot = Slot(house, database, server.lmtp, own)
            asyncio.run(_heard(slot, letters(own, _name("f"), 1, 1)))  # until it is read
            how = "IMAP IDLE (dovecot keeps silent for 0.5 s)"
            yield from _lone(slot, how, IDLE, 1.0)
        finally:
            house.run("tongxin.project.bench.mailbox", owner, own, "0")


def _lone(slot: Slot, how: str, many: int, limit: float) -> Iterator[Figure]:
    """Hand mails in one by one, until an agent's desk heard of each, and until it was painted there."""
    heard_of = asyncio.run(_heard(slot, letters(slot.own, _name("l"), many, 1)))
    name = f"mail by {how}: from 250 to the agent's"
    yield at_most(f"{name} socket, slowest of {many}", max(heard_of), "s", limit)
    if browser.is_there():
        painted = list(_painted(slot, letters(slot.own, _name("p"), many, 1)))
        yield at_most(f"{name} screen, slowest of {many}", max(painted), "s", limit)


def _pass(
    database: psycopg.Connection, port: int, own: str, inbox_id: int, given: Sequence[Letter],
    pids: list[int],
) -> Run:  # fmt: skip
    """Hand mails in, and wait until all of them stand in conversations."""
    run = Run()
    [(before,)] = database.execute(_LAST).fetchall()
    began, spent = time.perf_counter(), machine.cpu_seconds(pids)
    asyncio.run(hand_in(port, own, given, LINES, run))
    _wait(database, inbox_id, before, len(given), 0.05)
    run.lasted, run.cpu = time.perf_counter() - began, machine.cpu_seconds(pids) - spent
    return run


async def _heard(slot: Slot, given: Iterable[Letter]) -> list[float]:
    """Hand mails in one by one; return how long after its 250 an agent's desk heard of each."""
    seconds = list[float]()
    async with at_desk(slot.house) as desk:
        for letter in given:
            await asyncio.sleep(_PAUSE)
            await hand_in(slot.port, slot.own, [letter], 1, Run())
            began = time.perf_counter()
            frame = await asyncio.wait_for(heard(desk), _PATIENCE)
            seconds.append(time.perf_counter() - began)
            _check_same(slot, letter, frame)
    return seconds


def _painted(slot: Slot, given: Iterable[Letter]) -> Iterator[float]:
    """Hand mails in one by one; yield how long after its 250 each was painted at an agent's screen."""

    def accepted(letter: Letter) -> float:
        asyncio.run(hand_in(slot.port, slot.own, [letter], 1, Run()))
        return time.time()

    for letter, conversation, seconds in browser.appearing(slot.house, accepted, given):
        _check_same(slot, letter, conversation)
        yield seconds


def _check_same(slot: Slot, letter: Letter, told: str) -> None:
    """Raise Stop unless what the desk was told of is this mail's message, or its conversation."""
    found = slot.database.execute(_NAMED, [f"{letter.root}@example.com"]).fetchall()
    ids = [
        public_id(kind, pk) for row in found for kind, pk in zip(("msg", "conv"), row, strict=True)
    ]
    if not any(one in told for one in ids):
        raise Stop("the desk heard of another message: somebody else writes in the measured house")


def _wait(
    database: psycopg.Connection, inbox_id: int, before: int, many: int, pause: float
) -> None:
    until = time.monotonic() + _PATIENCE
    while database.execute(_TAKEN, [inbox_id, before]).fetchall()[0][0] < many:
        if time.monotonic() > until:
            raise Stop("mails were kept, and not taken in: look at *Deliveries* in the studio")
        time.sleep(pause)


@contextmanager
def _door(house: House) -> Iterator[tuple[int, int]]:
    """Open a mail door of our own; yield its port and its process."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "tongxin.project.bench.door", str(port)], env=dict(house.environment)
    )
    try:
        wait_for_port(port)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(20)


def _name(kind: str) -> str:
    return f"{kind}{time.time_ns()}"
