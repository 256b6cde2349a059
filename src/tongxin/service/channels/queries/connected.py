"""Which channels are connected, and how to speak through one."""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

import orjson
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.forms import SECRET
from tongxin.center.kit.ids import InboxId
from tongxin.center.kit.plugins import load, manifests
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import query
from tongxin.center.kit.sealing import Unreadable
from tongxin.center.kit.sql import rows, table
from tongxin.center.kit.text import clean
from tongxin.service.channels.models import Inbox, InboxKey
from tongxin.service.channels.ports import Channel
from tongxin.service.channels.rules import capabilities_of, window_of
from tongxin.service.channels.values import (
    Capabilities,
    InboxRow,
    Mending,
    Opened,
    Window,
    WindowRule,
)

_COLUMNS = (
    "pk", "workspace_id", "key", "name", "channel", "settings", "enabled", "reopen_days", "queue_id",
)  # fmt: skip

SELECT = """
SELECT id, workspace_id, key, name, channel, settings, enabled, reopen_days, queue_id FROM channels_inbox
"""
_BY_IDS = f"{SELECT} WHERE id = ANY(%s::bigint[])"
_OF_WORKSPACE = f"{SELECT} WHERE workspace_id = %s ORDER BY id"
_ENABLED = f"{SELECT} WHERE enabled AND (%s::bigint IS NULL OR id = %s) ORDER BY id"
_OPENINGS = """
SELECT DISTINCT o.inbox_id, o.kind, o.value, o.after, o.at, o.used
FROM json_to_recordset(%s) AS asked (inbox_id bigint, kind text, value text)
JOIN channels_opening o USING (inbox_id, kind, value)
"""

log = logging.getLogger(__name__)


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
    return inboxes_of(workspace_id=actor.workspace_id)


def inboxes_of(*, workspace_id: int) -> Sequence[InboxRow]:
    """Return a workspace's connected channels, in the order they were connected."""
    return [InboxRow(*row) for row in rows(_OF_WORKSPACE, [workspace_id])]


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


def enabled_inboxes(*, inbox_id: int | None = None) -> Sequence[InboxRow]:
    """Return the inboxes that are on, of all workspaces (or this one, if it is)."""
    return [InboxRow(*row) for row in rows(_ENABLED, [inbox_id, inbox_id])]


def secret_of(*, inbox_id: int, kid: str) -> str | None:
    """Return a signing key's secret while it is good."""
    found = InboxKey.objects.filter(inbox_id=inbox_id, kid=kid, retired_at=None)
    return found.values_list("secret", flat=True).first()


def adapter(inbox: InboxRow) -> Channel:
    """Return the translator for one connected channel, with its secrets. Raises Unreadable."""
    manifest = manifests()[inbox.channel]
    hidden = any(field["kind"] == SECRET for field in manifest.settings.values())
    secrets = secrets_of(inbox_id=inbox.id) if hidden else {}
    found: Channel = load(manifest)({**inbox.settings, **secrets})
    return found


def secrets_kept(*, inbox_id: int) -> frozenset[str]:
    """Return the names of the secret settings that an inbox has; of sealed ones that cannot be read, none."""
    try:
        return frozenset(name for name, value in secrets_of(inbox_id=inbox_id).items() if value)
    except Unreadable:
        return frozenset()


def secrets_of(*, inbox_id: int) -> Mapping[str, str]:
    """Return an inbox's secret settings. Raises Unreadable."""
    kept = Inbox.objects.filter(pk=inbox_id).values_list("secrets", flat=True).first()
    return orjson.loads(kept) if kept else {}


def icon_of(channel: str) -> str:
    """Return the icon by which one knows a channel."""
    manifest = manifests().get(channel)
    return manifest.icon if manifest else "plug"


def capabilities(channel: str) -> Capabilities:
    """Return what a channel can here; nothing where its plugin is gone or does not say it rightly."""
    can = _capabilities(channel)
    if settings.ADDRESS or not (can.by_address or can.calls):
        return can
    return replace(can, attachments=can.attachments and not can.by_address, calls=False)


@cache
def _capabilities(channel: str) -> Capabilities:
    manifest = manifests().get(channel)
    try:
        return capabilities_of(manifest.can if manifest else {}, channel)
    except ValueError:
        log.exception("what %s says that it can is left out", channel)
        return capabilities_of({}, channel)


def window_rules_at(*, inbox_id: int) -> tuple[WindowRule, ...]:
    """Return what opens a window of an inbox."""
    inbox = inboxes_by_id(inbox_ids=[inbox_id]).get(inbox_id)
    return capabilities(inbox.channel).rules(inbox.settings) if inbox else ()


def openings(
    *, spots: Collection[tuple[int, str, str]]
) -> Mapping[tuple[int, str, str], Sequence[Opened]]:
    """Return what opened windows at these spots: an inbox, and an address (kind, value) there."""
    asked = table({"inbox_id": pk, "kind": kind, "value": value} for pk, kind, value in spots)
    found: dict[tuple[int, str, str], list[Opened]] = {}
    for inbox_id, kind, value, *opened in rows(_OPENINGS, [asked]):
        found.setdefault((inbox_id, kind, value), []).append(Opened(*opened))
    return found


def windows(
    *, spots: Collection[tuple[int, tuple[WindowRule, ...], str, str]], now: datetime
) -> Mapping[tuple[int, str, str], Window]:
    """Return how often, and until when, one may write to each spot: inbox, its rules, an address there."""
    asked = [(pk, kind, value) for pk, rules, kind, value in spots if rules]
    opened = openings(spots=asked) if asked else {}
    return {
        (pk, kind, value): window_of(rules, opened.get((pk, kind, value), ()), now)
        for pk, rules, kind, value in spots
    }


def mendable_for(channel: str) -> Mending:
    """Return for how long a channel can change, and take back, what was said; not at all where it cannot."""
    can = capabilities(channel)
    return Mending(timedelta(minutes=can.edit_minutes), timedelta(minutes=can.recall_minutes))


def shows_typing(channel: str) -> bool:
    """Whether a service that somebody else runs shows its people that one of us types."""
    can = capabilities(channel)
    return can.typing and not can.live


def door_of(inbox: InboxRow) -> str:
    """Return where an inbox's vendor reaches us; "" where the house has no public address."""
    return f"{settings.ADDRESS}/hooks/{inbox.key}/" if settings.ADDRESS else ""


def carried_by_live(channel: str) -> bool:
    """Whether replies reach people through our own wire, with nobody else in between."""
    return capabilities(channel).live
