"""Connect rooms of colleagues in other chats, and say what they are told."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from secrets import token_hex
from typing import Any

from django.utils.translation import gettext_lazy as _

from tongxin.center.accounts.queries import workspace_language
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.forms import split_settings
from tongxin.center.kit.ids import OutpostId
from tongxin.center.kit.plugins import Manifest
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.registry import action, check
from tongxin.center.kit.text import clean
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about
from tongxin.service.channels.actions import asked
from tongxin.service.outposts.events import OutpostChanged, OutpostCreated, OutpostRemoved
from tongxin.service.outposts.models import Outpost
from tongxin.service.outposts.ports import Telling
from tongxin.service.outposts.queries import adapter, kinds, missing
from tongxin.service.outposts.rules import greeting
from tongxin.service.outposts.values import MOST_MINUTES, Want

_LONGEST_NAME = 120


@action("outpost.create", needs="inbox.write")
def create(  # noqa: PLR0913 - what there is to say of one room
    *, actor: Actor, plugin: str, name: str, settings: Mapping[str, Any], wants: Sequence[str] = (),
    minutes: int = 10, now: datetime,
) -> OutpostId:  # fmt: skip
    """Connect a room of colleagues in another chat; it is told of ``wants``.

    ``waiting`` comes after so many minutes. Raises Refused: ``outpost.plugin``, ``outpost.name``,
    ``outpost.want``, ``outpost.minutes``, ``inbox.setting_*``.
    """
    opened, secrets = split_settings(_manifest(plugin).settings, settings, "")
    made = Outpost.objects.create(
        workspace_id=actor.workspace_id, key=token_hex(12), name=_name(name), plugin=plugin, settings=opened,
        secrets=secrets, wants=_wants(wants), minutes=_minutes(minutes), created_at=now,
    )  # fmt: skip
    where = about(actor.workspace_id, actor.label, "outpost", made.pk, now)
    record([OutpostCreated(**where, outpost_id=made.pk, plugin=plugin)])
    return made.pk


@action("outpost.change", needs="inbox.write")
def change(  # noqa: PLR0913 - what there is to say of one room
    *, actor: Actor, outpost_id: OutpostId, name: str, settings: Mapping[str, Any], wants: Sequence[str],
    minutes: int, enabled: bool = True, now: datetime,
) -> int:  # fmt: skip
    """Set an outpost's name, settings, what it is told, and whether it is on; returns 1 where something changed.

    A secret that is left empty stays as it is. Raises Refused: ``outpost.missing``, and as ``outpost.create``.
    """
    row = _mine(actor, outpost_id)
    opened, secrets = split_settings(_manifest(row.plugin).settings, settings, row.secrets)
    wanted = (_name(name), opened, secrets, _wants(wants), _minutes(minutes), enabled)
    if (row.name, row.settings, row.secrets, row.wants, row.minutes, row.enabled) == wanted:
        return 0
    row.name, row.settings, row.secrets, row.wants, row.minutes, row.enabled = wanted
    row.trouble = ""
    row.save()
    where = about(actor.workspace_id, actor.label, "outpost", row.pk, now)
    record([OutpostChanged(**where, outpost_id=row.pk, enabled=enabled)])
    return 1


@action("outpost.remove", needs="inbox.write")
def remove(*, actor: Actor, outpost_ids: Sequence[OutpostId], now: datetime) -> int:
    """Forget these rooms, their secrets, and which conversations their threads were about; how many there were."""
    mine = Outpost.objects.filter(workspace_id=actor.workspace_id, pk__in=outpost_ids)
    going = list(mine.select_for_update().order_by("pk").values_list("pk", flat=True))
    Outpost.objects.filter(pk__in=going).delete()
    record(
        OutpostRemoved(**about(actor.workspace_id, actor.label, "outpost", pk, now), outpost_id=pk)
        for pk in going
    )
    return len(going)


def try_out(*, actor: Actor, outpost_id: OutpostId) -> str:
    """Say a word in the room; returns who we are there. Not within a transaction.

    Raises Refused: ``forbidden``, ``outpost.missing``, ``channel.unreachable``, or what the service says.
    """
    check(actor, "inbox.write")
    if not Outpost.objects.filter(workspace_id=actor.workspace_id, pk=outpost_id).exists():
        raise missing()
    made = asked(lambda: adapter(outpost_id))
    found = asked(made.try_out)
    words = greeting(workspace_language(workspace_id=actor.workspace_id))
    asked(lambda: made.tell(Telling(words)))
    return found


def _mine(actor: Actor, outpost_id: int) -> Outpost:
    found = Outpost.objects.select_for_update().filter(
        workspace_id=actor.workspace_id, pk=outpost_id
    )
    if (row := found.first()) is None:
        raise missing()
    return row


def _manifest(plugin: str) -> Manifest:
    if (manifest := kinds().get(plugin)) is None:
        raise Refused("outpost.plugin", _("There is no such chat."))
    return manifest


def _name(name: str) -> str:
    name = name.strip()
    if not 0 < len(name) <= _LONGEST_NAME or name != clean(name):
        raise Refused("outpost.name", _("A name has 1 to 120 characters."))
    return name


def _wants(wants: Sequence[str]) -> list[str]:
    if unknown := set(wants) - set(Want):
        raise Refused("outpost.want", _("There is no %(one)s.") % {"one": min(unknown)[:40]})
    return sorted(set(wants))


def _minutes(minutes: int) -> int:
    if not 1 <= minutes <= MOST_MINUTES:
        raise Refused("outpost.minutes", _("Choose 1 to 1440 minutes."))
    return minutes
