"""Tell rooms of colleagues what waits: each thing once, as a thread of its own."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from tongxin.center.accounts.queries import member_names
from tongxin.center.kit.ids import public_id
from tongxin.center.kit.outgoing import Unreachable
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.sealing import Unreadable
from tongxin.center.kit.sql import rows, table
from tongxin.service.notices.queries import called_in, told
from tongxin.service.outposts.models import Outpost, Posted
from tongxin.service.outposts.ports import Telling
from tongxin.service.outposts.queries import adapter
from tongxin.service.outposts.rules import opening, waits

_AT_ONCE = 20
_LONGEST_TROUBLE = 300
# Who claims says it: however many workers look, each thing is told once. What began before the room was
# connected, or is days old, is told nowhere.
_WAITING = """
WITH due AS (
    SELECT o.id AS outpost_id, c.id AS conversation_id, c.number, p.name, c.waiting_since, w.language,
        format('waiting:%%s:%%s', c.id, floor(extract(epoch FROM c.waiting_since))) AS cause
    FROM outposts_outpost o
    JOIN conversations_conversation c ON c.workspace_id = o.workspace_id
    JOIN people_person p ON p.id = c.person_id JOIN accounts_workspace w ON w.id = o.workspace_id
    WHERE o.enabled AND 'waiting' = ANY(o.wants) AND c.assignee_id IS NULL AND NOT c.is_snoozed
        AND c.waiting_since BETWEEN greatest(o.created_at, %(now)s - interval '2 days')
            AND %(now)s - o.minutes * interval '1 minute'
        AND NOT EXISTS (SELECT FROM outposts_posted t WHERE t.outpost_id = o.id AND t.cause =
            format('waiting:%%s:%%s', c.id, floor(extract(epoch FROM c.waiting_since))))
    ORDER BY c.waiting_since, c.id, o.id LIMIT %(most)s
), claimed AS (
    INSERT INTO outposts_posted (outpost_id, conversation_id, cause, posted_at)
    SELECT outpost_id, conversation_id, cause, %(now)s FROM due ORDER BY outpost_id, cause
    ON CONFLICT DO NOTHING RETURNING id, outpost_id, cause
)
SELECT claimed.id, due.outpost_id, due.conversation_id, due.number, due.name,
    floor(extract(epoch FROM %(now)s - due.waiting_since) / 60)::int, due.language
FROM claimed JOIN due USING (outpost_id, cause) ORDER BY due.waiting_since, claimed.id
"""
_CALLED = """
WITH claimed AS (
    INSERT INTO outposts_posted (outpost_id, conversation_id, cause, posted_at)
    SELECT o.id, n.conversation_id, 'notice:' || n.id, %(now)s
    FROM jsonb_to_recordset(%(notices)s) AS n
        (id bigint, workspace_id bigint, conversation_id bigint, about text)
    JOIN outposts_outpost o ON o.workspace_id = n.workspace_id AND o.enabled AND n.about = ANY(o.wants)
    ORDER BY o.id, n.id ON CONFLICT DO NOTHING RETURNING id, outpost_id, cause
)
SELECT id, outpost_id, substr(cause, 8)::bigint FROM claimed ORDER BY id
"""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Waiting:
    """One thing that is claimed, and has to be told."""

    posted_id: int
    outpost_id: int
    telling: Telling


def tell_waiting(*, now: datetime) -> int:
    """Tell of people who wait, and whom nobody has; returns how many were told. Not within a transaction."""
    due = rows(_WAITING, {"now": now, "most": _AT_ONCE})
    return _tell(
        [
            Waiting(pk, outpost_id, _telling(waits(name, number, minutes, language), conversation_id, language))
            for pk, outpost_id, conversation_id, number, name, minutes, language in due
        ]
    )  # fmt: skip


def tell_called(*, notice_ids: Sequence[int], now: datetime) -> int:
    """Tell which members were called, and why; returns how many were told. One attempt: the bell keeps it."""
    if not Outpost.objects.filter(enabled=True).exists():
        return 0
    found = {row.id: row for row in called_in(notice_ids=notice_ids)}
    notices = table(
        {"id": row.id, "workspace_id": row.workspace_id, "conversation_id": row.conversation_id, "about": row.about}
        for row in found.values()
    )  # fmt: skip
    claimed = rows(_CALLED, {"notices": notices, "now": now})
    names = member_names(member_ids={found[notice].member_id for _pk, _outpost, notice in claimed})
    waiting = []
    for pk, outpost_id, notice_id in claimed:
        row = found[notice_id]
        sentence = told(row.about, row.author, row.number, row.language)
        text = f"{names.get(row.member_id, '')}: {sentence}"
        waiting.append(Waiting(pk, outpost_id, _telling(text, row.conversation_id, row.language)))
    return _tell(waiting)


def link_to(conversation_id: int) -> str:
    """Return where colleagues read a conversation; "" where the house has no address of its own."""
    place = f"/desk/all/{public_id('conv', conversation_id)}/"
    return f"{settings.ADDRESS}{place}" if settings.ADDRESS else ""


def _telling(text: str, conversation_id: int, language: str) -> Telling:
    return Telling(text, link_to(conversation_id), button=opening(language))


def _tell(claimed: Sequence[Waiting]) -> int:
    by_outpost: dict[int, list[Waiting]] = {}
    for one in claimed:
        by_outpost.setdefault(one.outpost_id, []).append(one)
    return sum(_tell_at(outpost_id, theirs) for outpost_id, theirs in by_outpost.items())


def _tell_at(outpost_id: int, waiting: Sequence[Waiting]) -> int:
    """Say what is claimed; where the chat does not take one, the rest is claimed no more."""
    said = 0
    trouble = ""
    try:
        made = adapter(outpost_id)
        for one in waiting:
            thread = made.tell(one.telling)
            Posted.objects.filter(pk=one.posted_id).update(thread=thread)
            said += 1
    except (Refused, Unreachable, Unreadable) as stopped:
        detail = stopped.detail if isinstance(stopped, Refused) else str(stopped)
        trouble = str(detail)[:_LONGEST_TROUBLE] or type(stopped).__name__
        log.warning("outpost %s could not be told: %s", outpost_id, trouble)
        Posted.objects.filter(pk__in=[one.posted_id for one in waiting[said:]]).delete()
    Outpost.objects.filter(pk=outpost_id).exclude(trouble=trouble).update(trouble=trouble)
    return said
