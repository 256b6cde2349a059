"""By which of their addresses a person can be answered, and how much each still allows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import ConversationId, IdentityId, InboxId
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import query
from tongxin.center.kit.sql import rows
from tongxin.center.people.queries import address_seen_by
from tongxin.service.channels.queries import capabilities, inboxes_of, windows
from tongxin.service.channels.values import Capabilities, InboxRow, Window, WindowRule
from tongxin.service.conversations.rules import is_offered, nearness
from tongxin.service.conversations.values import LED_TO, reached, reaching

_SPOTS = """
SELECT i.id, i.kind, i.value, k.id, COALESCE(k.inbox_id, 0),
    COALESCE(k.id = COALESCE(c.answers_id, c.id), false), i.retired_at IS NOT NULL, i.suspect_since,
    CASE WHEN g.hold_reason = 'auth' OR g.held_until > %(now)s THEN g.hold_reason ELSE '' END
FROM conversations_conversation c
JOIN people_identity i ON i.person_id = c.person_id
LEFT JOIN conversations_conversation k
    ON k.endpoint_id = i.id AND (k.id = c.id OR k.merged_into_id = c.id)
LEFT JOIN channels_gate g ON g.inbox_id = k.inbox_id
WHERE c.workspace_id + 0 = %(workspace)s AND c.id = {led_to} AND {reached}
ORDER BY i.verified_at IS NULL, i.id, k.id DESC
"""


@dataclass(frozen=True)
class WayRow:
    """One of a person's addresses, and an inbox that reaches it.

    ``conversation_id``: the part of the conversation that is there; null where nothing was said there yet.
    ``is_next``: an answer goes there by itself. ``writes``: one may answer there; ``calls``: one may call
    there. ``suspect_since``: since then, what is sent there comes back. ``held_for``: the failure for which
    nothing goes out of its inbox now, if something was said there. ``longest_text`` in characters,
    ``largest_file_mb`` 0 where the channel takes no files, ``file_types`` the MIME types of those that it takes
    (none named: any). ``formats``: what is bold here is bold there, too;
    else the words go alone.
    """

    inbox_id: InboxId
    inbox_name: str
    channel: str
    identity_id: IdentityId
    kind: str
    address: str
    conversation_id: ConversationId | None
    is_next: bool
    window: Window
    longest_text: int
    largest_file_mb: float
    file_types: Sequence[str] = ()
    formats: bool = True
    writes: bool = True
    calls: bool = False
    suspect_since: datetime | None = None
    held_for: str = ""


@dataclass(frozen=True)
class _Spot:
    identity_id: int
    kind: str
    value: str
    place: int | None
    inbox_id: int
    is_next: bool
    is_retired: bool
    suspect_since: datetime | None
    held_for: str


@query("conversation.ways", needs="conversation.read")
def ways(*, actor: Actor, conversation_id: ConversationId, now: datetime) -> Sequence[WayRow]:
    """Return how a conversation's person can be answered: first as by itself, then what comes nearest.

    Raises Refused: ``conversation.missing``.
    """
    statement = _SPOTS.format(led_to=LED_TO, reached=reached(actor))
    asked_for = {**reaching(actor), "ids": [conversation_id], "now": now}
    found = [_Spot(*told) for told in rows(statement, asked_for)]
    if not found:
        raise Refused("conversation.missing", _("There is no such conversation."), Reason.MISSING)
    connected = {one.id: one for one in inboxes_of(workspace_id=actor.workspace_id)}
    spots = _spots(found, connected)
    asked = [(s.inbox_id, _rules(connected[s.inbox_id]), s.kind, s.value) for s in spots]
    allowed = windows(spots=asked, now=now)
    made = [_row(actor, spot, connected[spot.inbox_id], allowed) for spot in spots]
    return _nearest_first(made)


def _spots(found: Sequence[_Spot], connected: Mapping[int, InboxRow]) -> list[_Spot]:
    """Return where parts of the conversation are, and where else one could begin."""
    taken = [spot for spot in found if spot.place is not None]
    known = {(spot.identity_id, spot.inbox_id) for spot in taken}
    reachable = {spot.identity_id: spot for spot in found if not spot.is_retired}
    begun = [
        replace(spot, place=None, inbox_id=inbox.id, is_next=False, held_for="")
        for spot in reachable.values()
        for inbox in connected.values()
        if inbox.enabled
        and (spot.identity_id, inbox.id) not in known
        and (_writes(inbox, spot.kind) or _calls(inbox, spot.kind))
    ]
    return taken + begun


def _writes(inbox: InboxRow, kind: str, *, is_there: bool = False) -> bool:
    can = capabilities(inbox.channel)
    return can.writes(inbox.settings) and (is_there or is_offered(can, kind))


def _rules(inbox: InboxRow) -> tuple[WindowRule, ...]:
    return capabilities(inbox.channel).rules(inbox.settings)


def _calls(inbox: InboxRow, kind: str) -> bool:
    can = capabilities(inbox.channel)
    return can.calls and kind in can.reaches


def _row(
    actor: Actor, spot: _Spot, inbox: InboxRow, allowed: Mapping[tuple[int, str, str], Window]
) -> WayRow:
    can: Capabilities = capabilities(inbox.channel)
    return WayRow(
        inbox_id=inbox.id, inbox_name=inbox.name, channel=inbox.channel, identity_id=spot.identity_id,
        kind=spot.kind, address=address_seen_by(actor, spot.kind, spot.value),
        conversation_id=spot.place, is_next=spot.is_next, window=allowed[spot.inbox_id, spot.kind, spot.value],
        longest_text=can.longest_text, largest_file_mb=can.largest_file_mb if can.attachments else 0,
        file_types=can.file_types, formats=can.is_rich, suspect_since=spot.suspect_since, held_for=spot.held_for,
        writes=_writes(inbox, spot.kind, is_there=spot.place is not None),
        calls=inbox.enabled and not spot.is_retired and _calls(inbox, spot.kind),
    )  # fmt: skip


def _nearest_first(made: Sequence[WayRow]) -> list[WayRow]:
    wanted = next((capabilities(way.channel).fallbacks for way in made if way.is_next), ())
    return sorted(
        made,
        key=lambda way: (
            not way.is_next, way.conversation_id is None, not way.window.is_open, nearness(way.channel, wanted),
        ),
    )  # fmt: skip
