"""A visitor at the wire: who they are, and where they stand."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tongxin.center.accounts.queries import seat
from tongxin.center.kit.batching import Batcher
from tongxin.center.kit.refusals import Refused
from tongxin.center.people.values import Address
from tongxin.faces.live.database import ask
from tongxin.faces.live.hub import Frame, Hub, Line
from tongxin.faces.live.pace import Pace
from tongxin.faces.live.words import (
    conversation,
    conversation_frame,
    message_frame,
    state_frame,
)
from tongxin.service.channels import visitors
from tongxin.service.channels.values import Heard, InboxRow
from tongxin.service.channels.visitors import Visitor
from tongxin.service.conversations import actions, queries
from tongxin.service.conversations.queries import MessageRow, Visit
from tongxin.service.conversations.values import Received


@dataclass
class Guest:
    """One visitor's session over one line."""

    hub: Hub
    intake: Batcher[Heard, Received]
    inbox: InboxRow
    channel: Any  # web chat checks frames, as no other channel does
    line: Line
    language: str
    pace: Pace  # of every visitor
    arrivals: Pace  # of every place they come from
    origin: str = ""
    visitor: Visitor | None = None
    token: str = ""
    person_id: int = 0
    conversation_id: int = 0
    place_id: int = 0  # where it goes on: itself, unless it was merged

    @property
    def address(self) -> tuple[str, int, str, str]:
        """By what they came in, as it is told when it opens nothing any more."""
        if self.visitor is None:
            raise LookupError("no visitor")
        return address_topic(self.inbox.workspace_id, self.visitor.address)

    @property
    def is_retired(self) -> bool:
        """Asked at each frame, and hardly ever true."""
        hub = self.hub
        return hub.has_retired and self.visitor is not None and hub.is_retired(self.address)

    @property
    def topic(self) -> tuple[int, str, str]:
        if self.visitor is None:
            raise LookupError("no visitor")
        return self.visitor.spot


def address_topic(workspace_id: int, address: Address) -> tuple[str, int, str, str]:
    return "address", workspace_id, address.kind, address.value


def keep_pace(guest: Guest, frames: int = 1) -> None:
    """Take what so many frames cost: of the visitor's, before we know them of their origin's.

    Raises TooFast.
    """
    if guest.visitor is None:
        guest.arrivals.take(guest.origin, time.monotonic(), frames)
    else:
        guest.pace.take(guest.topic, time.monotonic(), frames)


def listen(guest: Guest) -> None:
    """Hear what is new, and when their token opens nothing any more."""
    guest.hub.join(guest.line, guest.topic)
    guest.hub.join(guest.line, guest.address)
    if guest.is_retired:
        guest.line.cut()


async def admit(guest: Guest, *, token: str = "", jwt: str = "", anew: bool = True) -> None:
    """Find out who this is. Raises Refused: ``visitor.token``, ``visitor.claim``, ``rate.limited``.

    Who comes with a retired token begins ``anew``, as a stranger; or is refused, where they would
    not hear of their new token.
    """
    guest.arrivals.take(guest.origin, time.monotonic())
    visitor = await _recognized(guest, token, jwt)
    if visitor is None and not anew:
        raise visitors.not_valid()
    guest.visitor = visitor or visitors.newcomer(guest.inbox.id)
    guest.person_id = guest.conversation_id = guest.place_id = 0
    guest.token = visitors.issue(guest.visitor, now=_now())
    guest.hub.leave(guest.line)
    listen(guest)


async def welcome(guest: Guest) -> None:
    """Say where they stand: their conversation and the latest messages."""
    visit, frames, agent = await ask(stand, guest)
    _remember(guest, visit)
    guest.line.send_first(
        {
            "type": "welcome",
            "token": guest.token,
            "verified": guest.visitor is not None and guest.visitor.is_verified,
            "name": visit.person_name if visit else "",
            "conversation": conversation(visit, agent),
            "messages": frames,
            "more": len(frames) == queries.LATEST,
        }
    )


async def look_back(guest: Guest, before: int) -> None:
    """Show what was said before a message, 50 at a time."""
    _visit, frames, _agent = await ask(stand, guest, before=before)
    guest.line.send({"type": "earlier", "messages": frames, "more": len(frames) == queries.LATEST})


async def look_up(guest: Guest) -> None:
    """Find out where a visitor who comes by plain HTTP stands."""
    _remember(guest, await ask(_visit, guest))


async def catch_up(guest: Guest, after: int) -> list[Frame]:
    """Return what a polling visitor has not seen: messages after one, and where things stand."""
    visit, frames, agent = await ask(stand, guest, after)
    _remember(guest, visit)
    news: list[Frame] = [{"type": "message", "message": frame} for frame in frames]
    news.append(conversation_frame(visit, agent))
    if visit is not None and visit.member_seen_id:
        news.append(state_frame("read", "visitor", visit.member_seen_id))
    return news


def name_of(member_id: int | None) -> str:
    found = seat(member_id) if member_id else None
    return found.name if found else ""


async def _recognized(guest: Guest, token: str, jwt: str) -> Visitor | None:
    """Ask who this is, without being cut off for one's own log-in."""
    if guest.visitor is not None:
        guest.hub.part(guest.line, guest.address)
    try:
        visitor = await ask(_identify, guest.inbox, token, jwt, _now())
    except Refused:
        if guest.visitor is not None:
            listen(guest)
        raise
    if visitor is None:
        return None
    address = address_topic(guest.inbox.workspace_id, visitor.address)
    return None if guest.hub.is_retired(address) else visitor


def _identify(inbox: InboxRow, token: str, jwt: str, now: datetime) -> Visitor | None:
    visitor = visitors.read(token, inbox, now=now) if token else None
    if jwt:
        claim = visitors.read_claim(jwt, inbox)
        stranger = visitor.address if visitor and not visitor.is_verified else None
        actions.welcome(inbox=inbox, claim=claim, visitor=stranger, now=now)
        return visitors.account(inbox.id, claim)
    return None if visitor is None or visitors.is_retired(visitor, inbox) else visitor


def _visit(guest: Guest) -> Visit | None:
    if guest.visitor is None:
        return None
    return queries.visit(inbox_id=guest.inbox.id, address=guest.visitor.address)


def stand(
    guest: Guest, after: int = 0, before: int = queries.NEVER
) -> tuple[Visit | None, list[dict[str, Any]], str]:
    visit = _visit(guest)
    if guest.visitor is None or visit is None:
        return None, [], ""
    said = queries.said(
        inbox_id=guest.inbox.id, address=guest.visitor.address, after=after, before=before
    )
    authors, now = author_names(said), _now()
    frames = [
        message_frame(row, authors.get(row.author, ""), now, visit.member_seen_id) for row in said
    ]
    return visit, frames, name_of(visit.assignee_id)


def author_names(said: Sequence[MessageRow]) -> dict[str, str]:
    """Return the names of the members who wrote these messages, by author label."""
    labels = {row.author for row in said if row.author.startswith("member:")}
    return {label: name_of(int(label.partition(":")[2])) for label in labels}


def _remember(guest: Guest, visit: Visit | None) -> None:
    if visit is not None:
        guest.person_id, guest.conversation_id = visit.person_id, visit.conversation_id
        guest.place_id = visit.place_id
        guest.hub.follow(guest.topic, visit.place_id)


def _now() -> datetime:
    return datetime.now(UTC)
