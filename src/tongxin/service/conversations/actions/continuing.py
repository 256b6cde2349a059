"""A web chat goes on by mail once its visitor is gone: what they have not read is mailed, gathered.

Whoever answers that mail answers in the chat's conversation; whoever comes back finds everything in the chat.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from tongxin.center.kit.actor import house
from tongxin.center.kit.sql import rows
from tongxin.center.timeline.actions import record
from tongxin.service.channels.actions import Outgoing, enqueue
from tongxin.service.channels.queries import capabilities, enabled_inboxes, held_inboxes
from tongxin.service.channels.values import InboxRow
from tongxin.service.conversations.actions.locking import columns, held
from tongxin.service.conversations.actions.switching import part_at
from tongxin.service.conversations.events import ConversationMailed
from tongxin.service.conversations.models import Conversation
from tongxin.service.conversations.rules import token_of
from tongxin.service.conversations.values import SAID_SINCE

_Mails = Mapping[int, Sequence[InboxRow]]

SETTING = "mail_unread"
_GONE = timedelta(minutes=2)  # nobody took it: there is no chat open
_UNREAD = timedelta(minutes=10)  # it is there, and nobody looks
_LOOKS_BACK = timedelta(days=1)
SOON = timedelta(minutes=15)  # by then what was said last is due, if it ever is
_MOST = 100
_HAN = re.compile(r"[\u4e00-\u9fff]")
# What is on its way by mail already, or was, is no news.
_NEWS = """
SELECT m.id, m.conversation_id, m.text, m.file_ids, m.state, m.sent_at FROM conversations_message m
WHERE m.conversation_id = c.id AND m.inbox_id = c.inbox_id AND m.kind = 'out' AND m.state IN ('sent', 'delivered')
  AND m.changed <> 'recalled' AND m.sent_at > %(since)s AND m.id > COALESCE(
      (SELECT max(d.message_id) FROM channels_departure d
      WHERE d.inbox_id = ANY(%(mails)s::bigint[]) AND d.lane = c.id), 0)
"""
_DUE = f"""
SELECT c.id, c.inbox_id, mail.id FROM conversations_conversation c
JOIN people_person p ON p.id = c.person_id
CROSS JOIN LATERAL (
    SELECT i.id FROM people_identity i WHERE i.person_id = c.person_id AND i.kind = 'email' AND i.retired_at IS NULL
      AND i.suspect_since IS NULL
    ORDER BY i.verified_at IS NULL, i.known_since DESC, i.id DESC LIMIT 1
) mail
WHERE c.workspace_id = ANY(%(workspaces)s::bigint[]) AND {SAID_SINCE}
  AND c.inbox_id = ANY(%(chats)s::bigint[]) AND c.merged_into_id IS NULL AND c.last_kind = 'out'
  AND p.blocked_at IS NULL
  AND EXISTS (SELECT FROM ({_NEWS}) n WHERE n.sent_at < CASE n.state WHEN 'sent' THEN %(gone)s ELSE %(unread)s END)
ORDER BY c.id LIMIT %(most)s
"""  # noqa: S608 - our own condition
_UNREAD_OF = f"""
SELECT n.id, n.text, n.file_ids FROM conversations_conversation c
CROSS JOIN LATERAL ({_NEWS}) n WHERE c.id = %(id)s ORDER BY n.id
"""  # noqa: S608 - our own condition
_ADDRESS = """
SELECT i.kind, i.value, p.name, p.language FROM people_identity i JOIN people_person p ON p.id = i.person_id
WHERE i.id = %s
"""


@dataclass(frozen=True)
class _Letter:
    """What was not read: the last of it names the mail."""

    last_id: int
    texts: Sequence[str]
    file_ids: Sequence[int]


def mail_unread(*, now: datetime, looks_back: timedelta = _LOOKS_BACK) -> int:
    """Mail to visitors who are gone what they have not read; returns how many mails are on their way.

    Only chats in which something was said for so long are looked at: nearly all are due soon after that, and
    whoever leaves an address later can wait until somebody looks through the whole day.
    """
    chats, mails = _inboxes()
    asked = {
        "since": now - _LOOKS_BACK, "value": now - min(looks_back, _LOOKS_BACK),
        "chats": list(chats), "workspaces": list(mails), "mails": [m.id for some in mails.values() for m in some],
        "gone": now - _GONE, "unread": now - _UNREAD, "most": _MOST,
    }  # fmt: skip
    due = rows(_DUE, asked) if chats and mails else []
    held = held_inboxes(now=now) if due else ()
    return sum(
        _mail(pk, _by(chats[chat_id], mails, held), identity_id, now)
        for pk, chat_id, identity_id in due
    )


def _by(chat: InboxRow, mails: _Mails, held: Collection[int]) -> Sequence[InboxRow]:
    """Return a workspace's mailboxes, the best for a chat first: that works, that feeds its queue, the oldest."""

    def worth(inbox: InboxRow) -> tuple[bool, bool, int]:
        return inbox.id in held, inbox.queue_id != chat.queue_id, inbox.id

    return sorted(mails[chat.workspace_id], key=worth)


def _inboxes() -> tuple[Mapping[int, InboxRow], _Mails]:
    """Return the chats that go on by mail, and the mailboxes by which they may, by their workspaces."""
    chats: dict[int, InboxRow] = {}
    mails: dict[int, list[InboxRow]] = {}
    for inbox in enabled_inboxes():
        can = capabilities(inbox.channel)
        if can.live and inbox.settings.get(SETTING, True):
            chats[inbox.id] = inbox
        if can.threads and can.sends_first and "email" in can.reaches:
            mails.setdefault(inbox.workspace_id, []).append(inbox)
    return chats, mails


@transaction.atomic
def _mail(conversation_id: int, mails: Sequence[InboxRow], identity_id: int, now: datetime) -> int:
    inbox = mails[0]
    actor = house(inbox.workspace_id)
    for c in held(actor, [conversation_id]):
        unread = rows(
            _UNREAD_OF, {"since": now - _LOOKS_BACK, "mails": [m.id for m in mails], "id": c.pk}
        )
        if not unread:
            return 0  # they read it, or somebody else mailed it
        letter = _Letter(
            unread[-1][0],
            [text for _pk, text, _files in unread if text],
            [file_id for _pk, _text, files in unread for file_id in files],
        )
        part_at(c, inbox, identity_id, now)  # what they answer is heard here
        payload = _payload(c, identity_id, letter)
        going = Outgoing(c.workspace_id, inbox.id, letter.last_id, c.pk, payload)
        told = ConversationMailed(
            **columns(actor, c, now), conversation_id=c.pk, inbox_id=inbox.id,
            identity_id=identity_id, messages=len(unread),
        )  # fmt: skip
        if enqueue(outgoing=[going], now=now):
            record([told])
            return 1
    return 0


def _payload(c: Conversation, identity_id: int, letter: _Letter) -> dict[str, Any]:
    [(kind, value, name, language)] = rows(_ADDRESS, [identity_id])
    said = "\n\n".join(letter.texts)
    with translation.override(language or ("zh-hans" if _HAN.search(said) else "en")):
        before = _("You were not in the chat any more when we answered:")
        after = _("Answer this mail, or come back to the chat: we see both.")
    return {
        "recipient": [kind, value, name], "text": f"{before}\n\n{said}\n\n{after}".strip(),
        "file_ids": list(letter.file_ids), "subject": c.subject,
        "token": token_of(c.workspace_id, c.number), "is_automatic": True,
    }  # fmt: skip
