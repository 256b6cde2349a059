"""Who comes in: inboxes and visitors are remembered for some seconds, as everybody asks for the same."""

import time
from contextlib import suppress
from functools import lru_cache

from django.utils.translation import get_supported_language_variant
from starlette.datastructures import State

from tongxin.faces.live.database import ask
from tongxin.faces.live.guests import Guest, address_topic, admit, look_up
from tongxin.faces.live.hub import Line
from tongxin.sdk import Channel
from tongxin.service.channels.queries import adapter, inbox_by_key
from tongxin.service.channels.values import InboxRow
from tongxin.service.channels.visitors import Visitor

_KNOWN_FOR = 10
_MOST_INBOXES, _MOST_VISITORS = 1000, 20_000
_inboxes: dict[str, tuple[float, InboxRow, Channel]] = {}
_visitors: dict[tuple[int, str], tuple[float, Visitor | None, int, int]] = {}
_NOBODY: tuple[float, Visitor | None, int, int] = (0.0, None, 0, 0)


async def new_guest(state: State, key: str, language: str, origin: str) -> Guest:
    """Return a guest of this inbox, not admitted yet. Raises Refused: ``inbox.missing``."""
    inbox, channel = await _inbox(key)
    return Guest(
        state.hub, state.intake, inbox, channel, Line(), language_of(language), state.pace,
        state.arrivals, origin,
    )  # fmt: skip


async def admit_by_bearer(guest: Guest, authorization: str) -> None:
    """Admit whom a visitor token names; nobody where there is none.

    Raises Refused: ``visitor.token``, ``rate.limited``.
    """
    scheme, _space, token = authorization.partition(" ")
    token = token.strip()
    if scheme.lower() == "bearer" and token and not _recall(guest, token):
        await admit(guest, token=token, anew=False)
        await look_up(guest)
        remember(guest)


def remember(guest: Guest) -> None:
    """Know this visitor again for a while, without asking the database."""
    if guest.visitor is None or guest.is_retired:
        return
    if len(_visitors) > _MOST_VISITORS:
        _visitors.clear()
    key, now = (guest.inbox.id, guest.token), time.monotonic()
    until = _visitors.get(key, _NOBODY)[0]  # never prolonged: a token may be retired meanwhile
    until = until if until > now else now + _KNOWN_FOR
    _visitors[key] = (
        until,
        guest.visitor,
        guest.person_id,
        guest.conversation_id,
    )


def language_of(wanted: str) -> str:
    """Return our language that fits an Accept-Language header, or a language's name, best."""
    return _language_of(wanted[:2].lower())


@lru_cache(1000)
def _language_of(wanted: str) -> str:
    if wanted == "zh":
        return "zh-hans"
    with suppress(LookupError):
        return get_supported_language_variant(wanted)
    return "en"


def forget_visitors() -> None:
    """Ask the database for everybody again: it may have said something that we did not hear."""
    _visitors.clear()


async def _inbox(key: str) -> tuple[InboxRow, Channel]:
    known = _inboxes.get(key)
    if known is None or known[0] < time.monotonic():
        inbox = await ask(inbox_by_key, key=key)
        known = (time.monotonic() + _KNOWN_FOR, inbox, adapter(inbox))
        if len(_inboxes) > _MOST_INBOXES:
            _inboxes.clear()
        _inboxes[key] = known
    return known[1:]


def _recall(guest: Guest, token: str) -> bool:
    until, visitor, person_id, conversation_id = _visitors.get((guest.inbox.id, token), _NOBODY)
    if until < time.monotonic() or visitor is None:
        return False
    if guest.hub.is_retired(address_topic(guest.inbox.workspace_id, visitor.address)):
        return False
    guest.visitor, guest.token = visitor, token
    guest.person_id, guest.conversation_id = person_id, conversation_id
    return True
