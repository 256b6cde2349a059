"""What each frame of a visitor does."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit import files
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import public_id
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.signals import LIVE, tell
from tongxin.center.people.actions import claim_email
from tongxin.faces.live.database import ask
from tongxin.faces.live.endings import told
from tongxin.faces.live.frames import read_id
from tongxin.faces.live.guests import Guest, admit, look_back, stand, welcome
from tongxin.faces.live.pace import TooFast
from tongxin.faces.live.words import conversation_frame, file_frame, time_of
from tongxin.service.channels.values import Heard
from tongxin.service.conversations import actions

SELF = frozenset({"person.self"})
_MOST_FILES = 10


async def hear(guest: Guest, frame: Mapping[str, Any]) -> None:
    """Do what one frame asks; refusals go back over the line. Raises TooFast.

    A token that was retired meanwhile moves nothing more; its browser is on its way to a new one.
    """
    does = _FRAMES.get(str(frame.get("type")))
    if does is None or (guest.is_retired and does is not _hello):
        return
    try:
        await does(guest, frame)
    except TooFast:
        raise
    except Refused as refused:
        answer = told(refused, guest.language)
        if isinstance(frame.get("client_id"), str):
            answer["client_id"] = frame["client_id"]
        guest.line.send(answer)


async def _message(guest: Guest, frame: Mapping[str, Any]) -> None:
    visitor = guest.visitor
    if visitor is None:
        raise Refused("visitor.token", _("Say hello first."), Reason.FORBIDDEN)
    now = _now()
    shown = await _files(guest, frame)
    arrival = guest.channel.arrival(visitor.address, frame, tuple(f.id for f in shown), now)
    heard = Heard(guest.inbox.id, guest.inbox.workspace_id, guest.inbox.channel, arrival)
    received = await guest.intake.ask(heard)
    if received.is_blocked:
        raise Refused("person.blocked", _("We take no messages from you."), Reason.FORBIDDEN)
    guest.person_id, guest.conversation_id = received.person_id, received.conversation_id
    guest.place_id = received.place_id or received.conversation_id
    if not guest.hub.is_following(guest.topic, guest.place_id):
        guest.hub.follow(guest.topic, guest.place_id)
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
            "c": guest.place_id or guest.conversation_id,
            "on": bool(frame.get("on")),
        }
        await ask(tell, LIVE, [signal])


async def _got(guest: Guest, frame: Mapping[str, Any]) -> None:
    await _mark(guest, frame, actions.got)


async def _seen(guest: Guest, frame: Mapping[str, Any]) -> None:
    await _mark(guest, frame, actions.read)


async def _mark(guest: Guest, frame: Mapping[str, Any], verb: Any) -> None:  # noqa: ANN401
    upto = read_id("msg", frame.get("message_id"))
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
    email = text_of(frame, "email")
    await ask(
        claim_email,
        workspace_id=guest.inbox.workspace_id,
        person_id=guest.person_id,
        email=email,
        now=_now(),
    )
    guest.line.send({"type": "email", "email": email})


async def _earlier(guest: Guest, frame: Mapping[str, Any]) -> None:
    await look_back(guest, read_id("msg", frame.get("before")))


async def _rate(guest: Guest, frame: Mapping[str, Any]) -> None:
    score = frame.get("score")
    await ask(
        actions.rate, actor=_self(guest), conversation_id=read_id("conv", frame.get("conversation_id")),
        score=score if type(score) is int else 0, solved=frame.get("solved") is True,
        comment=str(frame.get("comment") or ""), now=_now(),
    )  # fmt: skip
    visit, _frames, agent = await ask(stand, guest, 2**62)
    guest.line.send(conversation_frame(visit, agent))  # other tabs hear of it as a fact


async def _ping(guest: Guest, frame: Mapping[str, Any]) -> None:
    guest.line.send({"type": "pong"})


async def _hello(guest: Guest, frame: Mapping[str, Any]) -> None:
    await admit(guest, token=text_of(frame, "token"), jwt=text_of(frame, "jwt"))
    await welcome(guest)


async def _files(guest: Guest, frame: Mapping[str, Any]) -> list[files.FileRow]:
    asked = frame.get("files") or []
    if not isinstance(asked, list) or len(asked) > _MOST_FILES:
        raise Refused("message.files", _("At most 10 files in one message."))
    if not asked or guest.visitor is None:
        return []
    ids = [read_id("file", one) for one in asked]
    return await ask(
        files.belonging,
        workspace_id=guest.inbox.workspace_id,
        file_ids=ids,
        uploader=guest.visitor.label,
    )


def _self(guest: Guest) -> Actor:
    return Actor(guest.inbox.workspace_id, "person", guest.person_id, SELF, guest.language)


def text_of(frame: Mapping[str, Any], name: str) -> str:
    """Return a text that a frame may hold; none where it is something else."""
    given = frame.get(name)
    return given if isinstance(given, str) else ""


def _now() -> datetime:
    return datetime.now(UTC)


_FRAMES = {
    "hello": _hello, "message": _message, "typing": _typing, "got": _got, "seen": _seen, "email": _email,
    "rate": _rate, "ping": _ping, "earlier": _earlier,
}  # fmt: skip
