"""Who gets what."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tongxin.service.queues.values import Strategy
from tongxin.service.team.values import AwayFor, Desk, State, Stretch, Waiting, Why

# A desk sends a sign of life every 25 s; three may be missed.
PATIENCE = timedelta(seconds=80)
# What one conversation takes of a member's 100: five chats, twenty mails or one call at once.
WEIGHTS = {"webchat": 20, "mail": 5, "phone": 100}
WEIGHT, CAPACITY = 20, 100
_PHONE = re.compile(r"\+[1-9]\d{6,14}|sips?:[^\s<>\"]{3,120}", re.ASCII)
_FEWEST = 3  # of so many one can tell how fast a queue goes
_NEVER = datetime.min.replace(tzinfo=UTC)
_SCRIPTS = [
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u3400-\u9fff]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("en", re.compile("[A-Za-z]")),
]


def hand_out(
    desks: Iterable[Desk], waiting: Sequence[Waiting], now: datetime
) -> list[tuple[int, int]]:
    """Give each waiting conversation, in order, to the desk that suits it best; or to none.

    Returns (conversation_id, member_id). Nobody gets more than there is room for, nor what they lack
    the skills for, nor what is not offered to them; the queue's own members come first, then who speaks
    the person's language. What fits nobody holds up no other.
    """
    here = {desk.member_id: desk for desk in desks}
    pairs = []
    for one in waiting:
        fitting = [desk for desk in here.values() if fits(desk, one)]
        if not fitting:
            continue
        best = min(fitting, key=lambda desk, one=one: _rank(desk, one))  # type: ignore[misc]
        pairs.append((one.id, best.member_id))
        here[best.member_id] = replace(best, load=best.load + one.routing.weight, given_at=now)
    return pairs


def fits(desk: Desk, one: Waiting) -> bool:
    """Whether a desk is offered a conversation, and has the skills and the room for it."""
    return one.is_for(desk) and _is_able(desk, one) and desk.room >= one.routing.weight


def most(desks: Iterable[Desk], one: Waiting) -> int:
    """Return how many like this one could find somebody now."""
    room = sum(d.room for d in desks if one.is_for(d) and _is_able(d, one))
    return room // one.routing.weight


def why(desks: Sequence[Desk], one: Waiting, members: int) -> tuple[Why, int, int, int]:
    """Say why nobody has a conversation whose queue has so many members.

    And how many are online for it, have the skills, and the room beside.
    """
    offered = [desk for desk in desks if one.is_for(desk)]
    skilled = [desk for desk in offered if _is_able(desk, one)]
    free = [desk for desk in skilled if fits(desk, one)]
    counts = (len(offered), len(skilled), len(free))
    if not one.routing.is_automatic:
        return Why.BY_HAND, *counts
    if not offered:
        return (Why.NOBODY_ONLINE if members or one.is_late else Why.NO_MEMBERS), *counts
    if not skilled:
        return Why.NOBODY_SKILLED, *counts
    return (Why.SOON if free else Why.NO_ROOM), *counts


def language_of(text: str) -> str:
    """Return the language that a text's script suggests (ISO 639-1); "" where it has no letters.

    Kana decide for Japanese, because it is written with Chinese characters, too.
    """
    return next((language for language, script in _SCRIPTS if script.search(text)), "")


def sheet(
    changes: Iterable[Stretch], since: datetime, until: datetime
) -> dict[tuple[State, AwayFor], timedelta]:
    """Return for how long somebody was what between two times; before the first change: offline.

    The times add up to the whole; ``changes`` come in their order, earlier and later ones may be among them.
    """
    totals: dict[tuple[State, AwayFor], timedelta] = {}
    at, was = since, (State.OFFLINE, AwayFor.UNSAID)
    for change in changes:
        end = min(max(change.at, since), until)
        if end > at:
            totals[was] = totals.get(was, timedelta()) + (end - at)
            at = end
        was = (change.state, change.away_for)
    if until > at:
        totals[was] = totals.get(was, timedelta()) + (until - at)
    return totals


def minutes_to_wait(place: int, given: int) -> int | None:
    """Return about how long somebody at a place waits, where so many found an agent in the last hour."""
    return max(1, round(60 * place / given)) if given >= _FEWEST else None


def phone_of(written: str) -> str | None:
    """Return a number at which a member can be rung (``+86...``, ``sip:...``, "" for none), or None."""
    number = written.strip()
    if not number.lower().startswith("sip"):
        number = re.sub(r"[\s().\-/]", "", number)
    return number if not number or _PHONE.fullmatch(number) else None


def is_gone(seen_at: datetime, now: datetime) -> bool:
    return now - seen_at > PATIENCE


def _is_able(desk: Desk, one: Waiting) -> bool:
    return desk.skills.issuperset(one.routing.skills)


def _rank(desk: Desk, one: Waiting) -> tuple[bool, bool, bool, float | datetime, int]:
    """Order those who fit: who did not let it lie, the queue's own members, the person's language, then
    the strategy, then who joined first.
    """  # noqa: D205
    lies = desk.member_id == one.returned_by
    strange = not desk.is_in(one.sharing.queue_id)
    foreign = bool(one.language) and one.language not in desk.languages
    if one.strategy is Strategy.IN_TURN:
        return lies, strange, foreign, desk.given_at or _NEVER, desk.member_id
    return lies, strange, foreign, desk.load / desk.capacity, desk.member_id
