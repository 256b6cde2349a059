"""Which channels are connected, and how to speak through one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import InboxId
from tongxin.center.kit.plugins import load, manifests
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import query
from tongxin.center.kit.sql import rows
from tongxin.center.kit.text import clean
from tongxin.service.channels.models import Inbox, InboxKey
from tongxin.service.channels.ports import Channel
from tongxin.service.channels.values import InboxRow

_COLUMNS = (
    "pk", "workspace_id", "key", "name", "channel", "settings", "enabled", "reopen_days", "queue_id",
)  # fmt: skip

_SELECT = """
SELECT id, workspace_id, key, name, channel, settings, enabled, reopen_days, queue_id FROM channels_inbox
"""
_BY_IDS = f"{_SELECT} WHERE id = ANY(%s::bigint[])"
_OF_WORKSPACE = f"{_SELECT} WHERE workspace_id = %s ORDER BY id"


@dataclass(frozen=True)
class KeyRow:
    """A signing key; ``secret`` is what the company's server signs with."""

    kid: str
    secret: str
    created_at: datetime
    retired_at: datetime | None


@query("inbox.list", needs="inbox.read")
def inboxes(*, actor: Actor) -> Sequence[InboxRow]:
    """Return the connected channels, in the order they were connected."""
    return [InboxRow(*row) for row in rows(_OF_WORKSPACE, [actor.workspace_id])]


@query("inbox.get", needs="inbox.read")
def inbox(*, actor: Actor, inbox_id: InboxId) -> InboxRow:
    """Return one connected channel. Raises Refused: ``inbox.missing``."""
    found = Inbox.objects.filter(workspace_id=actor.workspace_id, pk=inbox_id)
    if (row := found.values_list(*_COLUMNS).first()) is None:
        raise Refused("inbox.missing", _("There is no such inbox."), Reason.MISSING)
    return InboxRow(*row)


@query("inbox.keys", needs="inbox.write")
def keys(*, actor: Actor, inbox_id: InboxId) -> Sequence[KeyRow]:
    """Return an inbox's signing keys, newest first."""
    found = InboxKey.objects.filter(inbox__workspace_id=actor.workspace_id, inbox_id=inbox_id)
    columns = ("kid", "secret", "created_at", "retired_at")
    return [KeyRow(*row) for row in found.order_by("-pk").values_list(*columns)]


def inbox_by_key(*, key: str) -> InboxRow:
    """Return an inbox by its public key. Raises Refused: ``inbox.missing`` (also when it is off)."""
    row = Inbox.objects.filter(key=clean(key), enabled=True).values_list(*_COLUMNS).first()
    if row is None:
        raise Refused("inbox.missing", _("There is no such inbox."), Reason.MISSING)
    return InboxRow(*row)


def inboxes_by_id(*, inbox_ids: Collection[int]) -> Mapping[int, InboxRow]:
    return {row[0]: InboxRow(*row) for row in rows(_BY_IDS, [list(inbox_ids)])}


def secret_of(*, inbox_id: int, kid: str) -> str | None:
    """Return a signing key's secret while it is good."""
    found = InboxKey.objects.filter(inbox_id=inbox_id, kid=kid, retired_at=None)
    return found.values_list("secret", flat=True).first()


def adapter(inbox: InboxRow) -> Channel:
    """Return the translator for one connected channel."""
    found: Channel = load(manifests()[inbox.channel])(inbox.settings)
    return found


def mendable_for(channel: str) -> int:
    """Return for how many minutes a channel can change what was said; 0 where it cannot."""
    manifest = manifests().get(channel)
    carried = manifest is not None and manifest.can.get("live")
    return int(manifest.can.get("mend_minutes", 0)) if manifest and carried else 0


def carried_by_live(channel: str) -> bool:
    """Whether replies reach people through our own wire, with nobody else in between."""
    manifest = manifests().get(channel)
    return manifest is not None and bool(manifest.can.get("live"))
