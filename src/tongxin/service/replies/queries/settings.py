"""What a text is filled in with: asked for many conversations at once."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.sql import rows
from tongxin.center.people.values import CONTACT
from tongxin.service.conversations.values import reached, reaching
from tongxin.service.replies.rules import spoken
from tongxin.service.replies.values import Setting

_HEARD = 3  # of the person's last messages tell which language they write
_ADDRESS = """(SELECT value FROM people_identity
 WHERE person_id = p.id AND kind = '{kind}' AND retired_at IS NULL
 ORDER BY verified_at IS NULL, id LIMIT 1)"""
_SETTINGS = f"""
SELECT c.id, p.name, p.language, {_ADDRESS.format(kind="email")}, {_ADDRESS.format(kind="phone")},
    c.number, c.subject, c.opened_at, i.name, w.name, w.language, w.time_zone,
    (SELECT COALESCE(NULLIF(u.name, ''), split_part(u.email, '@', 1))
     FROM accounts_member m JOIN accounts_user u ON u.id = m.user_id WHERE m.id = %(member)s),
    ARRAY(SELECT text FROM conversations_message
          WHERE conversation_id = c.id AND kind = 'in' ORDER BY id DESC LIMIT {_HEARD})
FROM conversations_conversation c
JOIN people_person p ON p.id = c.person_id
JOIN channels_inbox i ON i.id = c.inbox_id
JOIN accounts_workspace w ON w.id = c.workspace_id
WHERE c.workspace_id + 0 = %(workspace)s AND c.id = ANY(%(ids)s::bigint[]) AND {{reached}}
"""  # noqa: S608 - our own words


def settings_of(
    *, actor: Actor, conversation_ids: Sequence[int], now: datetime
) -> Mapping[int, Setting]:
    """Return what texts are filled in with, by conversation; one statement."""
    member_id = actor.id if actor.kind == "member" else None
    values = {**reaching(actor), "ids": list(conversation_ids), "member": member_id}
    statement = _SETTINGS.format(reached=reached(actor))
    blank = () if actor.may(CONTACT) else ("person.email", "person.phone")
    return {row[0]: _setting(row[1:], now, blank) for row in rows(statement, values)}


def _setting(row: Sequence[Any], now: datetime, blank: Collection[str]) -> Setting:
    name, language, email, phone, number, subject, opened_at, inbox, house, *rest = row
    house_language, time_zone, agent, heard = rest
    zone = ZoneInfo(time_zone)
    values = {
        "person.name": name, "person.email": email or "", "person.phone": phone or "",
        "agent.name": agent or "", "conversation.number": str(number),
        "conversation.subject": subject, "conversation.opened_at": opened_at.astimezone(zone),
        "inbox.name": inbox, "workspace.name": house, "date.today": now.astimezone(zone),
    }  # fmt: skip
    values |= dict.fromkeys(blank, "")  # what one may not see, one does not write either
    return Setting(values, language or spoken(heard) or house_language, house_language)
