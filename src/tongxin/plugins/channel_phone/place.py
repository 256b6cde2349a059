"""Where a call stands. It is written into the address of the next step, which the service signs: nothing is kept."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

_NUMBER = re.compile(r"\d{1,18}", re.ASCII)  # what a bigint holds


class Step(StrEnum):
    """What a request tells of."""

    START = ""  # somebody calls, or their call is over
    CHOSEN = "chosen"  # a key, or none, after the menu
    HOLD = "hold"  # they waited for a while
    PRESSED = "pressed"  # a key while waiting
    LEG = "leg"  # how the agent's telephone goes
    RANG = "rang"  # the agent was rung, or they spoke
    LEFT = "left"  # a message was left
    RECORDED = "recorded"  # what they said is there to be fetched
    OUT = "out"  # we call: the agent's telephone was picked up
    AWAY = "away"  # we call: the agent's telephone is over, or was not picked up
    TOLD = "told"  # we call: the person picked up, and hears first what is to be said
    FAR = "far"  # we call: how the person's telephone goes
    SPOKE = "spoke"  # we call: the two spoke, or the person was not reached


@dataclass(frozen=True)
class Place:
    """A step, and what was before it.

    ``menu``: the queues that were offered, key by key; ``reads``: how often. ``queue``: where they wait (0: where
    the inbox's people do), ``since`` when, ``rounds``: for how many turns of music. ``rings``: how often somebody
    was rung, ``member``: who it was, ``call`` and ``caller``: for whom, where the service does not say it itself;
    a call of ours is named so, and whom it is to.
    """

    step: Step = Step.START
    menu: tuple[int, ...] = ()
    reads: int = 0
    queue: int = 0
    since: int = 0
    rounds: int = 0
    rings: int = 0
    member: int = 0
    call: str = ""
    caller: str = ""

    def query(self) -> str:
        """Return it as the parameters of an address."""
        said = {f.name: getattr(self, f.name) for f in fields(self)}
        said["menu"] = ".".join(map(str, self.menu))
        return urlencode({name: str(value) for name, value in said.items() if value})


def place_in(query: Mapping[str, str]) -> Place:
    """Return what an address says; the start, where it says nothing that we wrote."""
    if (step := query.get("step", "")) not in set(Step) - {Step.START}:
        return Place()
    numbers: dict[str, Any] = {
        name: int(said)
        for name in ("reads", "queue", "since", "rounds", "rings", "member")
        if _NUMBER.fullmatch(said := query.get(name, ""))
    }
    menu = [part for part in query.get("menu", "").split(".") if _NUMBER.fullmatch(part)]
    names: dict[str, Any] = {name: query.get(name, "") for name in ("call", "caller")}
    return Place(Step(step), tuple(map(int, menu)), **numbers, **names)


def choice(menu: tuple[int, ...], digits: str) -> int | None:
    """Return the queue that a key stands for; 0 for anything else, None where there is no such key."""
    if digits == "0":
        return 0
    keys = {str(key): queue_id for key, queue_id in enumerate(menu, start=1)}
    return keys.get(digits)
