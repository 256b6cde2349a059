"""How a member wants to be reached, and on which devices."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import PushId
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.registry import action, check_member
from tongxin.center.kit.text import clip
from tongxin.center.kit.webpush import check_keys
from tongxin.service.notices.models import PushAddress, Reach
from tongxin.service.notices.values import WISHES

_KNOWN = {f"{occasion}.{way}" for occasion, way in WISHES}
_MOST_DEVICES = 20
_LONGEST_NAME = 120
Address = Annotated[str, Field(max_length=1000)]


@action("notice.choose", needs="conversation.read", quiet=True)
def choose(*, actor: Actor, wishes: Sequence[str], now: datetime) -> int:
    """Say how one wants to be reached: ``occasion.way``, such as ``mine.sound``; all others are off.

    Returns how many are on. Raises Refused: ``notice.wish``, ``actor.member``.
    """
    check_member(actor)
    if unknown := set(wishes) - _KNOWN:
        raise Refused("notice.wish", _("There is no %(one)s.") % {"one": min(unknown)[:40]})
    chosen = sorted(set(wishes))
    Reach.objects.update_or_create(member_id=actor.id, defaults={"wishes": chosen})
    return len(chosen)


@action("notice.subscribe", needs="conversation.read", quiet=True)
def subscribe(
    *, actor: Actor, endpoint: Address, p256dh: str, auth: str, device: str = "", now: datetime
) -> PushId:
    """Let a browser take one's pushes (what its ``PushSubscription`` says); one browser, one member.

    Raises Refused: ``push.address``, ``push.keys``, ``push.many``, ``actor.member``.
    """
    check_member(actor)
    _check(endpoint, p256dh, auth)
    others = _mine(actor).exclude(endpoint=endpoint)
    if others.count() >= _MOST_DEVICES:
        raise Refused("push.many", _("These are too many devices: remove one first."))
    values = {
        "workspace_id": actor.workspace_id, "member_id": actor.id, "point": p256dh, "auth": auth,
        "device": clip(device.strip(), _LONGEST_NAME), "added_at": now,
    }  # fmt: skip
    found, _made = PushAddress.objects.update_or_create(endpoint=endpoint, defaults=values)
    return found.pk


@action("notice.unsubscribe", needs="conversation.read", quiet=True)
def unsubscribe(*, actor: Actor, push_ids: Sequence[PushId], now: datetime) -> int:
    """Push nothing to these devices of one's own any more; returns how many there were.

    Raises Refused: ``actor.member``.
    """
    check_member(actor)
    gone, _by = _mine(actor).filter(pk__in=push_ids).delete()
    return gone


def _mine(actor: Actor) -> QuerySet[PushAddress]:
    return PushAddress.objects.filter(workspace_id=actor.workspace_id, member_id=actor.id)


def _check(endpoint: str, point: str, auth: str) -> None:
    parts = urlsplit(endpoint)
    if parts.scheme != "https" or not parts.hostname:
        raise Refused("push.address", _("This is no address of a push service."))
    try:
        check_keys(point, auth)
    except ValueError:
        raise Refused("push.keys", _("These are no keys of a browser.")) from None
