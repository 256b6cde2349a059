"""Listen to the facts of the house and bring them to whoever is connected."""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Coroutine, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import psycopg

from tongxin.center.accounts.actions import ENDED
from tongxin.center.kit.ids import public_id
from tongxin.center.kit.signals import FACTS, LIVE, connection_info, heard, listen_statement
from tongxin.center.people.values import RETIRED, Address
from tongxin.faces.live.admission import forget_visitors
from tongxin.faces.live.database import ask
from tongxin.faces.live.desk import (
    Viewers,
    log_in_topic,
    member_topic,
    viewing_topic,
    workspace_topic,
)
from tongxin.faces.live.guests import address_topic, author_names, name_of
from tongxin.faces.live.hub import Hub, Spot
from tongxin.faces.live.waiting import Queue
from tongxin.faces.live.words import (
    alert_frame,
    conversation_frame,
    fact_frame,
    message_frame,
    state_frame,
)
from tongxin.service.conversations.queries import (
    MessageRow,
    Visit,
    addressed,
    begun,
    has_words,
    messages_by_id,
    visit,
)
from tongxin.service.notices.actions.alerting import ALERT

log = logging.getLogger(__name__)

Signal = Mapping[str, Any]
_TURNS = frozenset({
    "conversation.resolved", "conversation.reopened", "conversation.assigned", "conversation.moved",
    "conversation.handed_over", "conversation.status_changed", "conversation.rated",
})  # fmt: skip
_REGROUPED = {
    "conversation.merged": "merged_id", "conversation.unmerged": "merged_id",
    "conversation.split": "part_id", "conversation.unsplit": "part_id",
}  # fmt: skip
_WORDINGS = frozenset({"status.created", "status.changed"})
_MOMENT = 0.1
_BREATH = 0.008  # seconds
_MENDED = frozenset({"message.edited", "message.recalled"})
_TALK = frozenset({"message.sent", "message.received"})
_SAID = _MENDED | {"message.sent", "message.received"}


class News:
    """Takes signals in their order and turns them into frames."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.queue = Queue(hub)
        self.viewers = Viewers()
        self._worded: dict[int, bool] = {}  # workspaces whose statuses say something to visitors
        self._rewordings = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self.is_listening = asyncio.Event()

    async def listen(self) -> None:
        """Listen for ever; after a gap everybody is sent back to ask anew."""
        while True:
            try:
                await self._listen_once()
            except (psycopg.OperationalError, OSError):
                log.warning("the database is away; listening again in a moment")
            self._ask_anew()
            await asyncio.sleep(0.5)

    def _ask_anew(self) -> None:
        """Trust nothing that was learnt while nobody may have listened: what was told then is lost."""
        forget_visitors()
        self._worded.clear()
        self.hub.cut_all()

    async def _listen_once(self) -> None:
        connection = await psycopg.AsyncConnection.connect(connection_info(), autocommit=True)
        async with connection:
            for channel in (FACTS, LIVE):
                await connection.execute(listen_statement(channel))
            self._ask_anew()
            self.is_listening.set()
            async for channel, signals in _told(connection):
                await self._take(channel, signals)

    async def _take(self, channel: str, signals: Sequence[Signal]) -> None:
        try:
            if channel == FACTS:
                self.queue.note(signals, time.monotonic())
                self._tell_desks(signals)
                await self._follow(signals)
                await self._tell_visitors([s for s in signals if s["k"] != "message.received"])
                self._tell_other_tabs([s for s in signals if s["k"] == "message.received"])
            else:
                for signal in signals:
                    _LIVE_SIGNALS[signal["t"]](self, signal)
        except Exception:
            log.exception("a signal could not be passed on")

    def _tell_desks(self, signals: Iterable[Signal]) -> None:
        by_workspace: dict[int, list[Signal]] = defaultdict(list)
        for signal in signals:
            by_workspace[signal["w"]].append(signal)
        for workspace_id, theirs in by_workspace.items():
            topic = workspace_topic(workspace_id)
            if self.hub.is_heard(topic):
                self.hub.publish(topic, {"type": "facts", "facts": [fact_frame(s) for s in theirs]})

    async def _follow(self, signals: Sequence[Signal]) -> None:
        """Follow what begins with a visitor who is connected here, whichever tab, wire or member began it."""
        new = [s["d"]["conversation_id"] for s in signals if s["k"] == "conversation.opened"]
        if new and not self.hub.is_empty:
            spots = await ask(begun, conversation_ids=new)
            for pk, spot in spots.items():
                self.hub.follow(spot, pk)

    async def _tell_visitors(self, signals: Sequence[Signal]) -> None:
        said = [
            s["d"]["message_id"] for s in signals if s["k"] in _SAID and self._concerns(s)
        ]  # fmt: skip
        if said:
            await self._tell_said(said)
        worded = await self._worded_in(signals)
        turned = [
            s for s in signals if s["k"] in _TURNS or (s["k"] in _TALK and s["w"] in worded)
        ]  # fmt: skip
        regrouped = [s for s in signals if s["k"] in _REGROUPED]
        others = [s["d"][_REGROUPED[s["k"]]] for s in regrouped]
        both = [s["d"]["conversation_id"] for s in (*turned, *regrouped)]
        for pk in dict.fromkeys([*both, *others]):
            await self._tell_turn(pk)

    async def _tell_said(self, message_ids: Sequence[int]) -> None:
        """Show messages to those who are connected here and at whose endpoint they were said."""
        spots = await ask(addressed, message_ids=message_ids)
        wanted = [pk for pk, spot in spots.items() if self.hub.is_heard(spot)]
        if not wanted:
            return
        rows, authors = await ask(_messages, wanted)
        for row in rows:
            frame = message_frame(row, authors.get(row.author, ""), datetime.now(UTC))
            self.hub.publish(spots[row.id], {"type": "message", "message": frame})

    async def _worded_in(self, signals: Sequence[Signal]) -> frozenset[int]:
        """Return in which workspaces what is said may change a status in the words that visitors read."""
        for signal in signals:
            if signal["k"] in _WORDINGS:
                self._worded.pop(signal["w"], None)
                self._rewordings += 1
        spoke = {s["w"] for s in signals if s["k"] in _TALK}
        return frozenset([w for w in spoke if await self._is_worded(w)])

    async def _is_worded(self, workspace_id: int) -> bool:
        """Whether a workspace has words of its own; asked again where they changed meanwhile."""
        while workspace_id not in self._worded:
            before = self._rewordings
            worded = await ask(has_words, workspace_id=workspace_id)
            if before == self._rewordings:
                self._worded[workspace_id] = worded
        return self._worded[workspace_id]

    def _tell_other_tabs(self, signals: Sequence[Signal]) -> None:
        """What a visitor wrote reaches their other tabs, a moment later: by then we know our own."""
        if any(self.hub.is_followed(s["d"]["conversation_id"]) for s in signals):
            asyncio.get_running_loop().call_later(_MOMENT, self._tell_tabs, signals)

    def _tell_tabs(self, signals: Iterable[Signal]) -> None:
        telling = [s for s in signals if self._concerns(s) or self._worded.get(s["w"], True)]
        if telling:
            self._later(self._tell_visitors(telling))

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _concerns(self, signal: Signal) -> bool:
        """Whether a visitor here may want this message (a stranger's reply is looked up to know)."""
        data = signal["d"]
        if signal["k"] == "message.received":
            return self.hub.is_news(data["conversation_id"], data["message_id"])
        if signal["k"] == "message.sent":
            return bool(data["carried"]) and not self.hub.is_empty
        return self.hub.is_followed(data["conversation_id"])

    async def _tell_turn(self, conversation_id: int) -> None:
        """Tell whoever follows how it stands; they follow it from now on to where it was merged."""
        for spot in self.hub.listeners_of(conversation_id):
            found, agent = await ask(_visit, spot)
            if found is not None and found.place_id != conversation_id:
                self.hub.follow(spot, found.place_id)
            self.hub.publish(spot, conversation_frame(found, agent))

    def _retired(self, signal: Signal) -> None:
        """Somebody logged in: what they were called before opens nothing any more."""
        address = address_topic(signal["w"], Address(signal["k"], signal["v"]))
        self.hub.retire(address, time.monotonic())

    def _ended(self, signal: Signal) -> None:
        """A log-in was ended: its sockets close, and a new ticket is refused."""
        for line in list(self.hub.lines(log_in_topic(signal["l"]))):
            line.cut()

    def _seen(self, signal: Signal) -> None:
        for spot in self.hub.listeners_of(signal["c"]):
            self.hub.publish(spot, state_frame("read", "visitor", signal["m"]))

    def _got(self, signal: Signal) -> None:
        fact = {
            "k": "message.got",
            "a": "",
            "d": {"conversation_id": signal["c"], "message_id": signal["m"]},
        }
        self.hub.publish(viewing_topic(signal["c"]), {"type": "facts", "facts": [fact_frame(fact)]})

    def _typing(self, signal: Signal) -> None:
        frame = {
            "type": "visitor_typing",
            "conversation_id": public_id("conv", signal["c"]),
            "on": signal["on"],
        }
        self.hub.publish(viewing_topic(signal["c"]), frame)

    def _alert(self, signal: Signal) -> None:
        """Something that a member (or whoever wants it) may want to hear, wherever they look."""
        member_id = signal["m"]
        topic = member_topic(member_id) if member_id else workspace_topic(signal["w"])
        self.hub.publish(topic, alert_frame(signal))

    def _view(self, signal: Signal) -> None:
        frame = {
            "type": "viewers",
            "conversation_id": public_id("conv", signal["c"]),
            "viewers": self.viewers.note(signal),
        }
        self.hub.publish(viewing_topic(signal["c"]), frame)
        on = bool(signal["on"] and signal["typing"])
        for spot in self.hub.listeners_of(signal["c"]):
            self.hub.publish(spot, {"type": "typing", "on": on, "name": signal["n"]})


async def _told(connection: psycopg.AsyncConnection) -> AsyncIterator[tuple[str, list[Signal]]]:
    """Yield what is told, in its order: a lone fact at once, then what came within a breath as one."""
    while True:
        told = [one async for one in connection.notifies(stop_after=1)]  # and all that came with it
        for channel, ones in groupby(told, lambda one: one.channel):
            yield channel, [signal for one in ones for signal in heard(one.payload)]
        await asyncio.sleep(_BREATH)


def _messages(ids: Sequence[int]) -> tuple[Sequence[MessageRow], dict[str, str]]:
    rows = messages_by_id(message_ids=ids)
    return rows, author_names(rows)


def _visit(spot: Spot) -> tuple[Visit | None, str]:
    inbox_id, kind, value = spot
    found = visit(inbox_id=inbox_id, address=Address(kind, value))
    return found, name_of(found.assignee_id if found else None)


_LIVE_SIGNALS = {
    "seen": News._seen, "got": News._got, "typing": News._typing, "view": News._view,  # noqa: SLF001
    ALERT: News._alert, RETIRED: News._retired, ENDED: News._ended,  # noqa: SLF001
}  # fmt: skip
