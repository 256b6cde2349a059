"""A visitor at the wire: who they are, and what each of their frames does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from tongxin.center.accounts.queries import seat
from tongxin.center.kit import files
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.batching import Batcher
from tongxin.center.kit.ids import internal_id, public_id
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.signals import LIVE, tell
from tongxin.center.people.actions import claim_email
from tongxin.center.people.queries import is_retired
from tongxin.faces.live.database import ask
from tongxin.faces.live.hub import Frame, Hub, Line
from tongxin.faces.live.words import (
    conversation,
    conversation_frame,
    file_frame,
    message_frame,
    state_frame,
    time_of,
)
from tongxin.service.channels import visitors
from tongxin.service.channels.queries import adapter
from tongxin.service.channels.values import Heard, InboxRow
from tongxin.service.channels.visitors import Visitor
from tongxin.service.conversations import actions, queries
from tongxin.service.conversations.queries import MessageRow, Visit
from tongxin.service.conversations.values import Received

SELF = frozenset({"person.self"})
_MOST_FILES = 10


@dataclass
class Pace:
    """At most so many frames: a bucket of 120 that refills at 60 a second."""

    left: float = 120
    at: float = 0

    def take(self, now: float) -> bool:
        self.left = min(120.0, self.left + (now - self.at) * 60) if self.at else self.left
        self.at = now
        self.left -= 1
        return self.left >= 0


@dataclass
class Guest:
    """One visitor's session over one line."""

    hub: Hub
    intake: Batcher[Heard, Received]
    inbox: InboxRow
    line: Line
    language: str
    visitor: Visitor | None = None
    token: str = ""
    person_id: int = 0
    conversation_id: int = 0
    pace: Pace = field(default_factory=Pace)

    @cached_property
    def channel(self) -> Any:  # noqa: ANN401 - web chat checks frames, as no other channel does
        return adapter(self.inbox)

    @property
    def topic(self) -> tuple[int, str, str]:
        if self.visitor is None:
            raise LookupError("no visitor")
        return topic_of(self.inbox.id, self.visitor.address.kind, self.visitor.address.value)


def topic_of(inbox_id: int, kind: str, value: str) -> tuple[int, str, str]:
    return inbox_id, kind, value


async def admit(guest: Guest, *, token: str = "", jwt: str = "") -> None:
    """Find out who this is. Raises Refused: ``visitor.token``, ``visitor.claim``."""
    guest.visitor = await ask(_identify, guest.inbox, token, jwt, _now())
    guest.token = visitors.issue(guest.visitor, now=_now())
    guest.hub.leave(guest.line)
    guest.hub.join(guest.line, guest.topic)


async def welcome(guest: Guest) -> None:
    """Say where they stand: their conversation and the latest messages."""
    visit, frames, agent = await ask(_look_up, guest)
    _remember(guest, visit)
    guest.line.send(
        {
            "type": "welcome",
            "token": guest.token,
            "verified": guest.visitor is not None and guest.visitor.is_verified,
            "name": visit.person_name if visit else "",
            "conversation": conversation(visit, agent),
            "messages": frames,
        }
    )


async def look_up(guest: Guest) -> None:
    """Find out where a visitor who comes by plain HTTP stands."""
    _remember(guest, await ask(_visit, guest))


async def hear(guest: Guest, frame: Mapping[str, Any]) -> None:
    """Do what one frame asks; refusals go back over the line."""
    does = _FRAMES.get(str(frame.get("type")))
    if does is None:
        return
    try:
        await does(guest, frame)
    except Refused as refused:
        with translation.override(guest.language):
            told = {"type": "refused", "code": refused.code, "detail": str(refused.detail)}
        if isinstance(frame.get("client_id"), str):
            told["client_id"] = frame["client_id"]
        guest.line.send(told)


async def catch_up(guest: Guest, after: int) -> list[Frame]:
    """Return what a polling visitor has not seen: messages after one, and where things stand."""
    visit, frames, agent = await ask(_look_up, guest, after)
    _remember(guest, visit)
    news: list[Frame] = [{"type": "message", "message": frame} for frame in frames]
    news.append(conversation_frame(visit, agent))
    if visit is not None and visit.member_seen_id:
        news.append(state_frame("read", "visitor", visit.member_seen_id))
    return news


def name_of(member_id: int | None) -> str:
    found = seat(member_id) if member_id else None
    return found.name if found else ""


async def _message(guest: Guest, frame: Mapping[str, Any]) -> None:
    visitor = guest.visitor
    if visitor is None:
        raise Refused("visitor.token", _("Say hello first."), Reason.FORBIDDEN)
    now = _now()
    shown = await _files(guest, frame)
    arrival = guest.channel.arrival(visitor.address, frame, tuple(f.id for f in shown), now)
    heard = Heard(guest.inbox.id, guest.inbox.workspace_id, guest.inbox.channel, arrival)
    received = await guest.intake.ask(heard)
    guest.person_id, guest.conversation_id = received.person_id, received.conversation_id
    guest.hub.follow(guest.topic, received.conversation_id)
    guest.hub.own(received.message_id)
    message = {
        "id": public_id("msg", received.message_id),
        "client_id": frame["client_id"],
        "from": "visitor",
        "author": "",
        "text": arrival.text,
        "html": "",
        "files": [file_frame(f, now) for f in shown],
        "at": time_of(arrival.sent_at),
        "state": "sent",
    }
    guest.line.send({"type": "ack", "client_id": frame["client_id"], "message": message})


async def _typing(guest: Guest, frame: Mapping[str, Any]) -> None:
    if guest.conversation_id:
        signal = {
            "t": "typing",
            "w": guest.inbox.workspace_id,
            "c": guest.conversation_id,
            "on": bool(frame.get("on")),
        }
        await ask(tell, LIVE, [signal])


async def _got(guest: Guest, frame: Mapping[str, Any]) -> None:
    await _mark(guest, frame, actions.got)


async def _seen(guest: Guest, frame: Mapping[str, Any]) -> None:
    await _mark(guest, frame, actions.read)


async def _mark(guest: Guest, frame: Mapping[str, Any], verb: Any) -> None:  # noqa: ANN401
    upto = _id("msg", frame.get("message_id"))
    if guest.person_id and guest.conversation_id:
        await ask(
            verb,
            actor=_self(guest),
            conversation_ids=[guest.conversation_id],
            upto=upto,
            now=_now(),
        )


async def _email(guest: Guest, frame: Mapping[str, Any]) -> None:
    if not guest.person_id:
        raise Refused("visitor.unknown", _("Write to us first."), Reason.CONFLICT)
    email = str(frame.get("email", ""))[:250]
    await ask(
        claim_email,
        workspace_id=guest.inbox.workspace_id,
        person_id=guest.person_id,
        email=email,
        now=_now(),
    )
    guest.line.send({"type": "email", "email": email})


async def _rate(guest: Guest, frame: Mapping[str, Any]) -> None:
    score = frame.get("score")
    await ask(
        actions.rate, actor=_self(guest), conversation_id=_id("conv", frame.get("conversation_id")),
        score=score if isinstance(score, int) else 0, solved=frame.get("solved") is True,
        comment=str(frame.get("comment") or ""), now=_now(),
    )  # fmt: skip
    visit, _frames, agent = await ask(_look_up, guest, 2**62)
    guest.hub.publish(guest.topic, conversation_frame(visit, agent))


async def _ping(guest: Guest, frame: Mapping[str, Any]) -> None:
    guest.line.send({"type": "pong"})


async def _hello(guest: Guest, frame: Mapping[str, Any]) -> None:
    await admit(guest, token=_text(frame, "token"), jwt=_text(frame, "jwt"))
    await welcome(guest)


async def _files(guest: Guest, frame: Mapping[str, Any]) -> list[files.FileRow]:
    asked = frame.get("files") or []
    if not isinstance(asked, list) or len(asked) > _MOST_FILES:
        raise Refused("message.files", _("At most 10 files in one message."))
    if not asked or guest.visitor is None:
        return []
    ids = [_id("file", one) for one in asked]
    return await ask(
        files.belonging,
        workspace_id=guest.inbox.workspace_id,
        file_ids=ids,
        uploader=guest.visitor.label,
    )


def _identify(inbox: InboxRow, token: str, jwt: str, now: datetime) -> Visitor:
    visitor = visitors.read(token, inbox, now=now) if token else None
    if jwt:
        claim = visitors.read_claim(jwt, inbox)
        stranger = visitor.address if visitor and not visitor.is_verified else None
        actions.welcome(inbox=inbox, claim=claim, visitor=stranger, now=now)
        return visitors.account(inbox.id, claim)
    if visitor is not None and not visitor.is_verified:
        address = visitor.address
        if is_retired(workspace_id=inbox.workspace_id, kind=address.kind, value=address.value):
            visitor = None
    return visitor or visitors.newcomer(inbox.id)


def _visit(guest: Guest) -> Visit | None:
    if guest.visitor is None:
        return None
    return queries.visit(inbox_id=guest.inbox.id, address=guest.visitor.address)


def _look_up(guest: Guest, after: int = 0) -> tuple[Visit | None, list[dict[str, Any]], str]:
    visit = _visit(guest)
    if guest.visitor is None or visit is None:
        return None, [], ""
    said = queries.said(inbox_id=guest.inbox.id, address=guest.visitor.address, after=after)
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
        guest.hub.follow(guest.topic, visit.conversation_id)


def _self(guest: Guest) -> Actor:
    return Actor(guest.inbox.workspace_id, "person", guest.person_id, SELF, guest.language)


def _id(prefix: str, given: object) -> int:
    try:
        return internal_id(prefix, str(given))
    except ValueError:
        raise Refused("frame.id", _("This is not an id we know.")) from None


def _text(frame: Mapping[str, Any], name: str) -> str:
    given = frame.get(name)
    return given if isinstance(given, str) else ""


def _now() -> datetime:
    return datetime.now(UTC)


_FRAMES = {
    "hello": _hello, "message": _message, "typing": _typing, "got": _got, "seen": _seen, "email": _email,
    "rate": _rate, "ping": _ping,
}  # fmt: skip
