"""Which canned replies there are, and what they say in one conversation."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import CannedId, ConversationId
from tongxin.center.kit.placeholders import fill
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import query
from tongxin.service.replies.models import Canned, CannedBody, seen_by
from tongxin.service.replies.queries.settings import settings_of
from tongxin.service.replies.rules import rank, variant
from tongxin.service.replies.values import SHARE, Setting

_OFFERED = 8
_COLUMNS = ("pk", "name", "shortcut", "owner_id", "uses", "used_at", "saved_at", "archived_at")


@dataclass(frozen=True)
class CannedRow:
    """A canned reply; ``bodies`` by language. ``editable`` where whoever asks may change it."""

    id: CannedId
    name: str
    shortcut: str
    shared: bool
    editable: bool
    bodies: Mapping[str, str]
    uses: int
    used_at: datetime | None
    saved_at: datetime
    archived_at: datetime | None


@dataclass(frozen=True)
class Ready:
    """A canned reply as it would be said in one conversation; ``empty`` names what has no value."""

    id: CannedId
    name: str
    shortcut: str
    language: str
    text: str
    empty: Sequence[str]


@query("canned.list", needs="conversation.read")
def canned_replies(*, actor: Actor, with_archived: bool = False) -> Sequence[CannedRow]:
    """Return everybody's canned replies and one's own, by shortcut."""
    found = Canned.objects.filter(seen_by(actor)).order_by("shortcut", "pk")
    if not with_archived:
        found = found.filter(archived_at=None)
    listed = list(found.values_list(*_COLUMNS))
    bodies = bodies_of([row[0] for row in listed])
    return [
        CannedRow(
            pk, name, shortcut, owner_id is None, owner_id is not None or actor.may(SHARE),
            bodies.get(pk, {}), uses, used_at, saved_at, archived_at,
        )
        for pk, name, shortcut, owner_id, uses, used_at, saved_at, archived_at in listed
    ]  # fmt: skip


@query("canned.get", needs="conversation.read")
def canned(*, actor: Actor, canned_id: CannedId) -> CannedRow:
    """Return one canned reply. Raises Refused: ``canned.missing``."""
    listed = canned_replies(actor=actor, with_archived=True)
    if (row := next((row for row in listed if row.id == canned_id), None)) is None:
        raise Refused("canned.missing", _("There is no such canned reply."), Reason.MISSING)
    return row


@query("canned.find", needs="conversation.read")
def find_canned(
    *, actor: Actor, conversation_id: ConversationId, text: str = "", now: datetime
) -> Sequence[Ready]:
    """Return the canned replies whose shortcut or name fits, as they would be said here: at most 8.

    One's own comes before everybody's of the same shortcut, what is used most before the rest.
    Raises Refused: ``conversation.missing``.
    """
    setting = _setting(actor, conversation_id, now)
    listed = Canned.objects.filter(seen_by(actor), archived_at=None)
    fitting = [
        (fits, -uses, owner_id is None, shortcut, pk, name)
        for pk, name, shortcut, owner_id, uses in listed.values_list(
            "pk", "name", "shortcut", "owner_id", "uses"
        )
        if (fits := rank(text.strip(), shortcut, name)) is not None
    ]
    offered = sorted(fitting)[:_OFFERED]
    bodies = bodies_of([pk for *_order, pk, _name in offered])
    return [
        ready(pk, name, shortcut, bodies.get(pk, {}), setting)
        for _fits, _uses, _all, shortcut, pk, name in offered
    ]


@query("canned.preview", needs="conversation.read")
def preview_canned(
    *, actor: Actor, conversation_id: ConversationId, text: str, now: datetime
) -> Ready:
    """Return how words that are not saved yet would be said. Raises Refused: ``conversation.missing``."""
    setting = _setting(actor, conversation_id, now)
    return ready(0, "", "", {setting.language: text}, setting)


def ready(
    canned_id: int, name: str, shortcut: str, bodies: Mapping[str, str], setting: Setting
) -> Ready:
    """Return a canned reply filled in for one conversation, in the language that fits best."""
    language, body = variant(bodies, setting.language, setting.house_language)
    filled = fill(body, setting.values)
    return Ready(canned_id, name, shortcut, language, filled.text, filled.empty)


def bodies_of(canned_ids: Collection[int]) -> dict[int, dict[str, str]]:
    """Return what canned replies say, by id and language."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    columns = ("canned_id", "language", "text")
    for pk, language, text in CannedBody.objects.filter(canned__in=canned_ids).values_list(
        *columns
    ):
        found[pk][language] = text
    return found


def _setting(actor: Actor, conversation_id: int, now: datetime) -> Setting:
    found = settings_of(actor=actor, conversation_ids=[conversation_id], now=now)
    if conversation_id not in found:
        raise Refused("conversation.missing", _("There is no such conversation."), Reason.MISSING)
    return found[conversation_id]
