"""An inbox of the stand-in, and what leaves by it."""

from collections import Counter
from datetime import datetime, timedelta

from tests.make.world import NOON, World
from tests.plugins.faulty import Faulty, Service
from tongxin.service.channels.actions import Outgoing, create_inbox, enqueue, send_from
from tongxin.service.channels.models import Departure, Gate
from tongxin.service.channels.queries import window_rules_at, windows
from tongxin.service.channels.values import Window


class Box:
    """An inbox of the stand-in, and its queue."""

    def __init__(self, tea: World) -> None:
        self.tea = tea
        self.id = create_inbox(actor=tea.owner, channel="faulty", name="不可靠", now=NOON)

    @property
    def service(self) -> Service:
        return Faulty.service

    def put(self, *said: tuple[int, str], first: int = 1) -> None:
        """Let messages wait: (conversation, text)."""
        outgoing = [
            Outgoing(
                self.tea.workspace_id, self.id, first + n, lane,
                {"recipient": ["faulty", f"u{lane}", ""], "text": text},
            )
            for n, (lane, text) in enumerate(said)
        ]  # fmt: skip
        enqueue(outgoing=outgoing, now=self.service.now)

    def windows(self, *lanes: int) -> list[Window]:
        rules = window_rules_at(inbox_id=self.id)
        spots = [(self.id, rules, "faulty", f"u{lane}") for lane in lanes]
        return list(windows(spots=spots, now=self.service.now).values())

    def go(self) -> int:
        return send_from(inbox_id=self.id, clock=self.service.clock, luck=self.service.luck.random)

    def run(self, seconds: float) -> None:
        """Let time pass, and everything happen in it."""
        until = self.service.now + timedelta(seconds=seconds)
        while self.service.now < until and Departure.objects.filter(state="waiting").exists():
            if not self.go():
                self.service.now = max(self.service.now + timedelta(seconds=0.2), self._next())

    def _next(self) -> datetime:
        """Return when something may go again: it is pointless to look earlier."""
        now, held = self.service.now, Gate.objects.get().held_until
        if held and held > now:
            return held
        waiting = Departure.objects.filter(state="waiting").values_list("lane", "due_at")
        heads = dict(list(waiting.order_by("-id")))
        return (
            min([at for at in heads.values() if at > now], default=now)
            if all(at > now for at in heads.values())
            else now
        )

    def states(self) -> dict[str, int]:
        return dict(Counter(Departure.objects.values_list("state", flat=True)))
