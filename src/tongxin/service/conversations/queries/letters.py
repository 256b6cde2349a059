"""What mails brought beside their words."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.files import FileRow, belonging
from tongxin.center.kit.ids import MessageId
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import query
from tongxin.center.kit.sql import rows
from tongxin.center.people.queries import address_seen_by
from tongxin.service.conversations.queries.lists import by_ids
from tongxin.service.conversations.rules import Checked, checked_by
from tongxin.service.conversations.values import INSIDE, Attached

_LETTERS = """
SELECT message_id, subject, sender, copied, attached_by, is_stranger, is_automatic
FROM conversations_letter WHERE message_id = ANY(%s::bigint[])
"""
_WHOLE = """
SELECT m.conversation_id, l.subject, l.whole, l.html, l.details, l.raw_id
FROM conversations_letter l JOIN conversations_message m ON m.id = l.message_id
WHERE m.id = %s AND m.workspace_id = %s
"""


@dataclass(frozen=True)
class Party:
    """Somebody who took part in a mail, as it named them."""

    value: str
    name: str


@dataclass(frozen=True)
class LetterRow:
    """What a mail brought: its subject, who else got it, and how it found its conversation.

    ``is_stranger``: its sender had no part in it before; they get no copy of what we answer.
    """

    message_id: MessageId
    subject: str
    sender: Party
    copied: Sequence[Party]
    attached_by: Attached
    is_stranger: bool
    is_automatic: bool


@dataclass(frozen=True)
class WholeRow:
    """A mail with its quotes and its signature; ``html`` as it came, and not to be trusted.

    ``authentication`` is what mail servers found of DKIM, SPF and DMARC, in their own words; ``checked`` what that
    of the one that stands at its top means. ``raw`` is the mail as it came, where it was kept. ``inside`` are the
    files that stand in the midst of ``html``, by what it calls them (``cid:``).
    """

    subject: str
    text: str
    html: str
    authentication: Sequence[str]
    checked: Checked
    raw: FileRow | None
    inside: Mapping[str, FileRow]


@query("message.whole", needs="conversation.read")
def whole(*, actor: Actor, message_id: MessageId) -> WholeRow:
    """Return all that a mail said, of which a message shows what was new. Raises Refused: ``message.missing``."""
    found = rows(_WHOLE, [message_id, actor.workspace_id])
    if not found or not by_ids(actor=actor, conversation_ids=[found[0][0]]):
        raise Refused("message.missing", _("There is no such message."), Reason.MISSING)
    _place, subject, text, html, details, raw_id = found[0]
    said = [str(one) for one in details.get("authentication", ())]
    raw = belonging(workspace_id=actor.workspace_id, file_ids=[raw_id])[0] if raw_id else None
    return WholeRow(
        subject, text, html, said, checked_by(said), raw, _inside(actor.workspace_id, details)
    )


def _inside(workspace_id: int, details: Mapping[str, Any]) -> Mapping[str, FileRow]:
    ids: Mapping[str, int] = details.get(INSIDE) or {}
    with suppress(Refused):  # one that is gone takes the others along: the page shows without them
        found = belonging(workspace_id=workspace_id, file_ids=list(ids.values())) if ids else []
        return dict(zip(ids, found, strict=True))
    return {}


def letters_of(*, actor: Actor, message_ids: Sequence[int]) -> Sequence[LetterRow]:
    """Return what these messages brought, of those that were mails; addresses as the actor sees them."""
    return [
        LetterRow(
            pk, subject, party(actor, sender), [party(actor, one) for one in copied], Attached(way),
            is_stranger, is_automatic,
        )
        for pk, subject, sender, copied, way, is_stranger, is_automatic in rows(_LETTERS, [list(message_ids)])
    ]  # fmt: skip


def party(actor: Actor, address: Mapping[str, Any]) -> Party:
    """Return an address as the actor sees it."""
    kind, value = str(address.get("kind", "")), str(address.get("value", ""))
    return Party(address_seen_by(actor, kind, value), str(address.get("name", "")))
