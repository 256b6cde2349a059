"""Connect channels and hand out the keys that prove who a visitor is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex, token_urlsafe
from typing import Any

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.forms import split_settings
from tongxin.center.kit.ids import InboxId
from tongxin.center.kit.plugins import Manifest, manifests
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import action
from tongxin.center.kit.signals import tell
from tongxin.center.kit.sql import rows
from tongxin.center.kit.text import clean
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about
from tongxin.service.channels.events import (
    InboxChanged,
    InboxCreated,
    InboxKeyCreated,
    InboxKeyRetired,
    InboxReopeningChanged,
)
from tongxin.service.channels.models import Inbox, InboxKey
from tongxin.service.channels.values import DEPARTURES, NEWS

_LONGEST_NAME, _MOST_DAYS = 120, 3650
_RELEASE = """
UPDATE channels_gate SET held_until = NULL, hold_reason = '', falls = 0, listener = '' WHERE inbox_id = %s
"""


@dataclass(frozen=True)
class NewKey:
    """A signing key; the secret can be seen again by whoever may write inboxes."""

    kid: str
    secret: str


@action("inbox.create", needs="inbox.write")
def create_inbox(
    *,
    actor: Actor,
    channel: str,
    name: str,
    settings: Mapping[str, Any] | None = None,
    now: datetime,
) -> InboxId:
    """Connect a channel. Raises Refused: ``inbox.channel``, ``inbox.name``, ``inbox.setting_*``."""
    opened, secrets = split_settings(_manifest(channel).settings, settings or {}, "")
    inbox = Inbox.objects.create(
        workspace_id=actor.workspace_id, key=token_hex(8), name=_name(name), channel=channel,
        settings=opened, secrets=secrets, created_at=now,
    )  # fmt: skip
    where = about(actor.workspace_id, actor.label, "inbox", inbox.pk, now)
    record([InboxCreated(**where, inbox_id=inbox.pk, channel=channel)])
    return inbox.pk


@action("inbox.change", needs="inbox.write")
def change_inbox(
    *, actor: Actor, inbox_id: InboxId, name: str, settings: Mapping[str, Any], enabled: bool = True,
    now: datetime,
) -> int:  # fmt: skip
    """Set an inbox's name, settings and whether it is on; returns 1 where something changed.

    A secret that is left empty stays as it is. What held the inbox back holds it no longer.
    """
    inbox = _mine(actor, inbox_id)
    opened, secrets = split_settings(_manifest(inbox.channel).settings, settings, inbox.secrets)
    wanted = (_name(name), opened, secrets, enabled)
    if (inbox.name, inbox.settings, inbox.secrets, inbox.enabled) == wanted:
        return 0
    inbox.name, inbox.settings, inbox.secrets, inbox.enabled = wanted
    inbox.save(update_fields=["name", "settings", "secrets", "enabled"])
    release(inbox_id=inbox.pk, enabled=enabled)
    where = about(actor.workspace_id, actor.label, "inbox", inbox.pk, now)
    record([InboxChanged(**where, inbox_id=inbox.pk, enabled=enabled)])
    return 1


@action("inbox.set_reopening", needs="inbox.write")
def set_reopening(
    *, actor: Actor, inbox_ids: Sequence[InboxId], days: int | None, now: datetime
) -> int:
    """Set for how many days a message after the end goes on with the same conversation; how many changed.

    0 is never, null always. Later a new conversation begins, linked to the old. Raises Refused:
    ``inbox.reopening`` (0 to 3650).
    """
    if days is not None and not 0 <= days <= _MOST_DAYS:
        raise Refused("inbox.reopening", _("Choose 0 to 3650 days."))
    mine = Inbox.objects.filter(workspace_id=actor.workspace_id, pk__in=inbox_ids)
    changing = [i.pk for i in mine.select_for_update().order_by("pk") if i.reopen_days != days]
    Inbox.objects.filter(pk__in=changing).update(reopen_days=days)
    record(
        InboxReopeningChanged(
            **about(actor.workspace_id, actor.label, "inbox", pk, now), inbox_id=pk, days=days
        )
        for pk in changing
    )
    return len(changing)


@action("inbox.create_key", needs="inbox.write")
def create_key(*, actor: Actor, inbox_id: InboxId, now: datetime) -> NewKey:
    """Make another signing key; the earlier ones stay good until they are retired."""
    inbox = _mine(actor, inbox_id)
    key = InboxKey.objects.create(
        inbox=inbox, kid=f"k_{token_hex(6)}", secret=token_urlsafe(32), created_at=now
    )
    where = about(actor.workspace_id, actor.label, "inbox", inbox.pk, now)
    record([InboxKeyCreated(**where, inbox_id=inbox.pk, kid=key.kid)])
    return NewKey(key.kid, key.secret)


@action("inbox.retire_key", needs="inbox.write")
def retire_keys(*, actor: Actor, inbox_id: InboxId, kids: Sequence[str], now: datetime) -> int:
    """Make signing keys worthless at once; returns how many were still good."""
    inbox = _mine(actor, inbox_id)
    good = InboxKey.objects.filter(inbox=inbox, kid__in=kids, retired_at=None)
    retired = list(good.select_for_update().order_by("kid").values_list("kid", flat=True))
    InboxKey.objects.filter(kid__in=retired).update(retired_at=now)
    where = about(actor.workspace_id, actor.label, "inbox", inbox.pk, now)
    record(InboxKeyRetired(**where, inbox_id=inbox.pk, kid=kid) for kid in retired)
    return len(retired)


def release(*, inbox_id: int, enabled: bool) -> None:
    """Let an inbox go on at once: what held it back was mended, it seems."""
    rows(_RELEASE, [inbox_id])
    tell(DEPARTURES, [{"i": inbox_id}])
    tell(NEWS, [{"i": inbox_id}] if enabled else ())


def _mine(actor: Actor, inbox_id: int) -> Inbox:
    found = Inbox.objects.select_for_update().filter(workspace_id=actor.workspace_id, pk=inbox_id)
    if (inbox := found.first()) is None:
        raise Refused("inbox.missing", _("There is no such inbox."), Reason.MISSING)
    return inbox


def _manifest(channel: str) -> Manifest:
    manifest = manifests().get(channel)
    if manifest is None or manifest.kind != "channel":
        raise Refused("inbox.channel", _("There is no such channel."))
    return manifest


def _name(name: str) -> str:
    name = name.strip()
    if not 0 < len(name) <= _LONGEST_NAME or name != clean(name):
        raise Refused("inbox.name", _("A name has 1 to 120 characters."))
    return name
