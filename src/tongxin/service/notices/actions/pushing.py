"""Push to the browsers of members, whether or not the desk is open there."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import orjson

from tongxin.center.kit.ids import public_id
from tongxin.center.kit.outgoing import Unreachable, post
from tongxin.center.kit.text import clip
from tongxin.center.kit.webpush import encrypted, sender
from tongxin.service.notices.actions.alerting import Alert
from tongxin.service.notices.models import PushAddress
from tongxin.service.notices.queries.reach import OpenDevice, open_devices, wishes_by_member
from tongxin.service.notices.values import Way

_AT_ONCE = 8
_KEPT = "3600"  # seconds for which a push service keeps it: who comes later looks at the desk
_GONE = {404, 410}
_LONGEST_TEXT, _LONGEST_NAME = 200, 80

log = logging.getLogger(__name__)


def push(*, alerts: Iterable[Alert], now: datetime) -> int:
    """Push to whoever wants it; returns how many browsers took it. A browser that is gone is forgotten.

    One attempt: the bell keeps what did not arrive.
    """
    wanted = [one for one in alerts if one.member_id is not None]
    wishes = wishes_by_member({one.member_id for one in wanted if one.member_id})
    wanted = [a for a in wanted if a.member_id and (a.occasion, Way.PUSH) in wishes[a.member_id]]
    by_member: dict[int, list[OpenDevice]] = {}
    for device in open_devices({one.member_id for one in wanted if one.member_id}):
        by_member.setdefault(device.member_id, []).append(device)
    sendings = [(d, one) for one in wanted for d in by_member.get(one.member_id or 0, ())]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        statuses = list(pool.map(lambda sending: _send(sending[0], sending[1], now), sendings))
    _forget(sendings, statuses)
    return sum(200 <= status < 300 for status in statuses)  # noqa: PLR2004 - HTTP's own


def _send(device: OpenDevice, one: Alert, now: datetime) -> int:
    body = encrypted(orjson.dumps(_told(one)), device.point, device.auth)
    try:
        status = post(device.endpoint, body, _headers(device, now))
    except Unreachable as failure:
        log.warning("push service out of reach: %s", failure)
        return 0
    if status >= 400 and status not in _GONE:  # noqa: PLR2004 - HTTP's own
        log.warning("a push service answered %s", status)
    return status


def _told(one: Alert) -> Mapping[str, str]:
    return {
        "occasion": one.occasion,
        "conversation": public_id("conv", one.conversation_id),
        "name": clip(one.name, _LONGEST_NAME),
        "text": clip(one.text, _LONGEST_TEXT),
    }


def _headers(device: OpenDevice, now: datetime) -> Mapping[str, str]:
    return {
        "Authorization": sender(device.endpoint, now),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": _KEPT,
        "Urgency": "high",
    }


def _forget(sendings: Sequence[tuple[OpenDevice, Alert]], statuses: Sequence[int]) -> None:
    gone = {d.id for (d, _one), status in zip(sendings, statuses, strict=True) if status in _GONE}
    if gone:
        PushAddress.objects.filter(pk__in=gone).delete()
