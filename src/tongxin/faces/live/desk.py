"""Agents at the wire: what happens in their workspace, and who else looks at the same."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.signing import BadSignature, TimestampSigner
from django.utils.translation import gettext_lazy as _
from starlette.websockets import WebSocket

from tongxin.center.accounts.queries import Seat, seat, seat_in
from tongxin.center.kit.ids import public_id
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import check
from tongxin.center.kit.signals import LIVE, tell
from tongxin.faces.live.admission import language_of
from tongxin.faces.live.database import ask
from tongxin.faces.live.endings import AGAIN, close, ending, hello, next_text, write
from tongxin.faces.live.frames import read, read_id
from tongxin.faces.live.hub import Hub, Line
from tongxin.service.channels.queries import shows_typing
from tongxin.service.channels.values import TYPING
from tongxin.service.conversations.queries import ConversationRow, by_ids
from tongxin.service.notices.queries import wishes
from tongxin.service.team.actions import arrive

TICKET_SALT = "tongxin.desk"
_GOOD_FOR = 60
READ = "conversation.read"


@dataclass
class Agent:
    """One agent's session over one line."""

    seat: Seat
    line: Line
    hub: Hub
    log_in_id: int = 0
    viewing: int = 0
    is_shown: bool = False  # to the person by their channel, that one types

    @property
    def workspace_id(self) -> int:
        return self.seat.actor.workspace_id


async def socket(websocket: WebSocket) -> None:
    """One agent's socket, from hello to the end."""
    await websocket.accept()
    language = language_of(websocket.headers.get("accept-language", ""))
    async with ending(websocket, language):
        agent = await _admit(websocket)
        try:
            await _serve(websocket, agent)
        finally:
            agent.hub.leave(agent.line)
            if agent.viewing:
                await _tell_view(agent, agent.viewing, on=False)


async def _admit(websocket: WebSocket) -> Agent:
    member_id, log_in_id = _named_in(await hello(websocket))
    _keep_pace(websocket, member_id)
    agent = Agent(await _seat(member_id, log_in_id), Line(), websocket.app.state.hub, log_in_id)
    await ask(arrive, actor=agent.seat.actor, now=datetime.now(UTC))
    websocket.app.state.desks.add(member_id)
    agent.hub.join(agent.line, workspace_topic(agent.workspace_id))
    agent.hub.join(agent.line, member_topic(member_id))
    if log_in_id:
        agent.hub.join(agent.line, log_in_topic(log_in_id))
    wanted = await ask(wishes, actor=agent.seat.actor)
    agent.line.send({"type": "welcome", "member_id": public_id("mem", member_id), "wishes": wanted})
    return agent


def _named_in(frame: Mapping[str, Any]) -> tuple[int, int]:
    """Return the member and the log-in that a ticket names (no log-in: 0)."""
    try:
        ticket = str(frame.get("ticket"))
        who = TimestampSigner(salt=TICKET_SALT).unsign(ticket, max_age=_GOOD_FOR)
        member_id, _dot, log_in_id = who.partition(".")
        return int(member_id), int(log_in_id or 0)
    except (BadSignature, ValueError):
        raise _not_valid() from None


async def _seat(member_id: int, log_in_id: int) -> Seat:
    found = await ask(_seat_now, member_id, log_in_id)
    if found is None or found.lacks_second_step:
        raise _not_valid()
    check(found.actor, READ)
    return found


def _seat_now(member_id: int, log_in_id: int) -> Seat | None:
    return seat_in(member_id=member_id, log_in_id=log_in_id) if log_in_id else seat(member_id)


def _not_valid() -> Refused:
    return Refused("ticket.invalid", _("Log in again."), Reason.FORBIDDEN)


def _keep_pace(websocket: WebSocket, member_id: int) -> None:
    """Take what one frame costs, of all that this agent's browsers may send. Raises TooFast."""
    websocket.app.state.pace.take(("member", member_id), time.monotonic())


async def _serve(websocket: WebSocket, agent: Agent) -> None:
    writer = asyncio.create_task(write(websocket, agent.line))
    try:
        while not agent.line.is_overrun:
            text = await next_text(websocket)
            _keep_pace(websocket, agent.seat.actor.id)
            await _hear(websocket, agent, text)
        await close(websocket, AGAIN)
    finally:
        writer.cancel()


async def _hear(websocket: WebSocket, agent: Agent, text: str) -> None:
    try:
        frame = read(text)
    except ValueError:
        raise Refused("request.malformed", _("This is not JSON.")) from None
    does = _FRAMES.get(str(frame.get("type"))) if isinstance(frame, dict) else None
    if does is not None:
        await does(websocket, agent, frame)


async def _view(websocket: WebSocket, agent: Agent, frame: Mapping[str, Any]) -> None:
    """Look at one conversation, or at none; rights and workspace are checked every time."""
    given = frame.get("conversation_id")
    wanted = read_id("conv", given) if given else 0
    agent.seat = await _seat(agent.seat.actor.id, agent.log_in_id)
    found = await _within_reach(agent, wanted) if wanted else []
    wanted = wanted if found else 0
    agent.is_shown = any(shows_typing(row.channel) for row in found)
    if agent.viewing and agent.viewing != wanted:
        agent.hub.part(agent.line, viewing_topic(agent.viewing))
        await _tell_view(agent, agent.viewing, on=False)
    agent.viewing = wanted
    if wanted:
        agent.hub.join(agent.line, viewing_topic(wanted))
        await _tell_view(agent, wanted, on=True)


async def _typing(websocket: WebSocket, agent: Agent, frame: Mapping[str, Any]) -> None:
    wanted = read_id("conv", frame.get("conversation_id"))
    if wanted == agent.viewing:
        await _tell_view(agent, wanted, on=True, typing=bool(frame.get("on")))
        if frame.get("on") and agent.is_shown:
            await ask(tell, TYPING, [{"c": wanted}])


async def _ping(websocket: WebSocket, agent: Agent, frame: Mapping[str, Any]) -> None:
    websocket.app.state.desks.add(agent.seat.actor.id)
    agent.line.send({"type": "pong"})


async def _within_reach(agent: Agent, conversation_id: int) -> Sequence[ConversationRow]:
    """Return the conversation, if it is within the agent's reach."""
    return await ask(by_ids, actor=agent.seat.actor, conversation_ids=[conversation_id])


async def _tell_view(agent: Agent, conversation_id: int, *, on: bool, typing: bool = False) -> None:
    signal = {
        "t": "view",
        "w": agent.workspace_id,
        "c": conversation_id,
        "m": agent.seat.actor.id,
        "n": agent.seat.name,
        "on": on,
        "typing": typing,
    }
    await ask(tell, LIVE, [signal])


def workspace_topic(workspace_id: int) -> tuple[str, int]:
    return "workspace", workspace_id


def member_topic(member_id: int) -> tuple[str, int]:
    return "member", member_id


def log_in_topic(log_in_id: int) -> tuple[str, int]:
    return "log_in", log_in_id


def viewing_topic(conversation_id: int) -> tuple[str, int]:
    return "viewing", conversation_id


class Viewers:
    """Who looks at which conversation, as far as signals told; silence for 45 s means gone."""

    def __init__(self) -> None:
        self._seen: dict[int, dict[int, tuple[str, bool, float]]] = {}

    def note(self, signal: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Take in one signal; return who looks at its conversation now."""
        here = self._seen.setdefault(signal["c"], {})
        if signal["on"]:
            here[signal["m"]] = (signal["n"], signal["typing"], time.monotonic() + 45)
        else:
            here.pop(signal["m"], None)
        for member_id in [m for m, (_n, _t, until) in here.items() if until < time.monotonic()]:
            del here[member_id]
        if not here:
            del self._seen[signal["c"]]
        return [
            {"member_id": public_id("mem", member_id), "name": name, "typing": typing}
            for member_id, (name, typing, _until) in here.items()
        ]


_FRAMES = {"view": _view, "typing": _typing, "ping": _ping}
