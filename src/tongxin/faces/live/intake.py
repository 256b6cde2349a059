"""Many messages at once become one batch, acknowledged after its commit."""

from collections.abc import Sequence
from datetime import UTC, datetime

from django.db import InterfaceError, OperationalError

from tongxin.center.kit.batching import Batcher
from tongxin.faces.live.database import take_in
from tongxin.service.channels.values import Heard
from tongxin.service.conversations.actions import receive
from tongxin.service.conversations.values import Received

MOST = 256
_BREATH = 0.012  # seconds


async def _flush(batch: Sequence[Heard]) -> Sequence[Received | Exception]:
    try:
        return await take_in(receive, heard=batch, now=_now())
    except (OperationalError, InterfaceError):
        raise
    except Exception:  # noqa: BLE001 - one bad message must not take the others with it
        return [await _alone(heard) for heard in batch]


async def _alone(heard: Heard) -> Received | Exception:
    try:
        [received] = await take_in(receive, heard=[heard], now=_now())
    except Exception as error:  # noqa: BLE001 - its sender hears of it
        return error
    return received


def _now() -> datetime:
    return datetime.now(UTC)


def new_intake() -> Batcher[Heard, Received]:
    return Batcher(_flush, most=MOST, breath=_BREATH)
