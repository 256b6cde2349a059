"""Where each endpoint's talk goes on: in what is open there, in what it was merged into, or anew."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tongxin.center.kit.sql import rows, table
from tongxin.center.kit.turns import take_turns
from tongxin.center.people.values import Recognized
from tongxin.service.channels.values import Heard
from tongxin.service.conversations.actions.opening import TURN, Beginning, Spot, begin
from tongxin.service.conversations.rules import reopens
from tongxin.service.conversations.values import ENDING, REOPEN_DAYS, Status

Name = tuple[int, str]  # (inbox_id, external_id)
People = Mapping[tuple[int, str, str], Recognized]

# What is open at the endpoint goes on, but for what was split off; else the latest. Where that was merged
# away (``own``), its place is with another (``c``). Each step is made once: a planner that knows nothing
# of a fresh table looks for the latest again for every row of it.
_LATEST = f"""
WITH latest AS MATERIALIZED (
    SELECT COALESCE(
        (SELECT id FROM conversations_conversation going_on
         WHERE going_on.inbox_id = spot.inbox_id AND going_on.endpoint_id = spot.endpoint_id
           AND going_on.status <> 'resolved' AND NOT going_on.is_side),
        (SELECT id FROM conversations_conversation ended
         WHERE ended.inbox_id = spot.inbox_id AND ended.endpoint_id = spot.endpoint_id
         ORDER BY id DESC LIMIT 1)
    ) AS id
    FROM json_to_recordset(%s) AS spot (inbox_id bigint, endpoint_id bigint)
), own AS MATERIALIZED (
    SELECT o.inbox_id, o.endpoint_id, o.id, o.person_id, COALESCE(o.merged_into_id, o.id) AS place
    FROM latest JOIN conversations_conversation o ON o.id = latest.id
)
SELECT own.inbox_id, own.endpoint_id, own.id, own.person_id, c.id, c.status, c.resolved_at, c.is_snoozed,
    {REOPEN_DAYS}, c.merged_into_id IS NOT NULL
FROM own JOIN conversations_conversation c ON c.id = own.place
JOIN channels_inbox i ON i.id = own.inbox_id {ENDING}
ORDER BY c.id FOR NO KEY UPDATE OF c
"""  # noqa: S608 - our own words


@dataclass
class Talk:
    """A conversation while a batch runs into it."""

    id: int
    was: Status
    was_snoozed: bool
    is_begun: bool = False
    came_from_id: int | None = None
    said: list["Said"] = field(default_factory=list)


@dataclass(frozen=True)
class Way:
    """How a spot leads to a conversation: as whom, and by which one that was merged into it, if any."""

    talk: Talk
    own_id: int
    person_id: int

    @property
    def origin_id(self) -> int | None:
        return None if self.own_id == self.talk.id else self.own_id


@dataclass(frozen=True)
class Said:
    """A message that was written just now."""

    message_id: int
    heard: Heard
    way: Way
    wants_human: bool


def open_ways(spots: Collection[Spot]) -> dict[Spot, Way]:
    """Lock the conversation that is open at each spot, where one is."""
    going_on, _over = _going_on(spots, {})
    return going_on


def ways_of(
    first: Mapping[Spot, Heard], people: People, open_ones: Mapping[Spot, Way]
) -> dict[Spot, Way]:
    """Lock the conversations that spots go on with where nothing is open; begin those that are missing.

    What is settled is taken up in turn only: an agent may take up an older matter at the same moment.
    """
    spots = sorted(first)
    take_turns(TURN, spots)
    going_on, over = _going_on(spots, first)
    known = {way.talk.id: way.talk for way in open_ones.values()}
    ways = {
        spot: replace(way, talk=known.get(way.talk.id, way.talk)) for spot, way in going_on.items()
    }
    return ways | _begun([spot for spot in spots if spot not in ways], first, people, over)


def _begun(
    spots: Sequence[Spot], first: Mapping[Spot, Heard], people: People, over: Mapping[Spot, int]
) -> dict[Spot, Way]:
    """Begin conversations where nothing goes on; they follow what is ``over`` there."""
    beginning = [
        Beginning(
            h.workspace_id, *spot, people[who(h)].person_id, h.arrival.text, h.arrival.sent_at,
            over.get(spot),
        )
        for spot, h in ((spot, first[spot]) for spot in spots)
    ]  # fmt: skip
    return {
        (b.inbox_id, b.endpoint_id): Way(
            Talk(pk, Status.NEW, was_snoozed=False, is_begun=True, came_from_id=b.came_from_id),
            pk, b.person_id,
        )
        for b, pk in zip(beginning, begin(beginning), strict=True)
    }  # fmt: skip


def _going_on(
    spots: Collection[Spot], first: Mapping[Spot, Heard]
) -> tuple[dict[Spot, Way], dict[Spot, int]]:
    """Return how each spot goes on; and the last conversation of those where it is over.

    Only what is heard ``first`` can take up what is settled.

    What was merged away while we waited for it is asked for again: it leads elsewhere now.
    """
    ways: dict[Spot, Way] = {}
    over: dict[Spot, int] = {}
    talks: dict[int, Talk] = {}
    asking = list(spots)
    while asking:
        asked = table({"inbox_id": inbox_id, "endpoint_id": pk} for inbox_id, pk in asking)
        asking = []
        for (
            inbox_id,
            endpoint_id,
            own_id,
            person_id,
            pk,
            status,
            at,
            is_snoozed,
            days,
            gone,
        ) in rows(_LATEST, [asked]):
            spot = (inbox_id, endpoint_id)
            if gone:
                asking.append(spot)
            elif status != Status.RESOLVED or (
                spot in first and reopens(at, first[spot].arrival.sent_at, days)
            ):
                talk = talks.setdefault(pk, Talk(pk, Status(status), is_snoozed))
                ways[spot] = Way(talk, own_id, person_id)
            else:
                over[spot] = pk
    return ways, over


def name_of(h: Heard) -> Name:
    return h.inbox_id, h.arrival.external_id


def who(h: Heard) -> tuple[int, str, str]:
    return h.workspace_id, h.arrival.sender.kind, h.arrival.sender.value


def spot_of(h: Heard, people: People) -> Spot:
    return h.inbox_id, people[who(h)].identity_id
