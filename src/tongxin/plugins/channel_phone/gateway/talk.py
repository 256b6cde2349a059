"""A call from its first ring to its last word: verbs and events go in, commands come out. No clock, no telephone."""

from collections import deque
from collections.abc import Iterable, Iterator

from tongxin.plugins.channel_phone.gateway import steps
from tongxin.plugins.channel_phone.gateway.performing import Performance, performance
from tongxin.plugins.channel_phone.gateway.steps import Command, Event
from tongxin.plugins.channel_phone.gateway.verbs import HangUp, Redirect, Reject, Verb

_AFTERWARDS = (
    steps.Keep,
    steps.Ask,
    steps.Tell,
    steps.DropLeg,
)  # what is done though nobody is there


class Talk:
    """One call; ``url``: who says what it hears first; ``is_ours``: we call them."""

    def __init__(self, url: str, *, is_ours: bool = False) -> None:
        self.is_answered = False
        self.is_over = False
        self._url = url
        self._is_ours = is_ours
        self._todo: deque[Verb] = deque()
        self._doing: Performance | None = None

    @property
    def status(self) -> str:
        """How it stands, as Twilio calls it."""
        if self.is_over:
            return (
                "completed" if self.is_answered else ("no-answer" if self._is_ours else "canceled")
            )
        return "in-progress" if self.is_answered else "ringing"

    @property
    def is_done(self) -> bool:
        """Whether it is over, and nothing is left to be done."""
        return self.is_over and self._doing is None

    def hear(self, event: Event) -> list[Command]:
        """Return what is to be done about what happened."""
        return [
            command
            for command in self._commands(event)
            if not self.is_over or isinstance(command, _AFTERWARDS)
        ]

    def _commands(self, event: Event) -> Iterator[Command]:
        match event:
            case steps.Began() if not self._is_ours:
                yield steps.Ask(self._url)
            case steps.Answered():
                yield from self._answered()
            case steps.Told() | steps.Untold() | steps.Redirected() | steps.Dismissed():
                yield from self._led(event)
            case steps.Over():
                yield from self._over()
            case _ if self._doing:
                yield from self._performed(self._doing.hear(event))

    def _answered(self) -> Iterator[Command]:
        if self.is_answered or self.is_over:
            return
        self.is_answered = True
        if self._is_ours:
            yield steps.Ask(self._url)
        else:
            yield from self._go_on()

    def _led(self, event: Event) -> Iterator[Command]:
        """Do what the house wants; nothing of it where nobody is there any more."""
        if self.is_over:
            return
        match event:
            case steps.Told(verbs):
                yield from self._told(verbs)
            case steps.Untold() | steps.Dismissed():
                yield steps.PutDown()
            case steps.Redirected(url) if self._is_ours and not self.is_answered:
                self._url = url
            case steps.Redirected(url):
                yield from (steps.DropLeg(), steps.Quiet())
                yield from self._ask(steps.Ask(url))

    def _told(self, verbs: tuple[Verb, ...]) -> Iterator[Command]:
        self._todo.extend(verbs)
        if self.is_answered:
            yield from self._go_on()
        elif verbs[:1] == (Reject(),) or verbs[:1] == (HangUp(),):
            yield steps.PutDown()
        else:
            yield steps.PickUp()

    def _over(self) -> Iterator[Command]:
        if self.is_over:
            return
        self.is_over = True
        self._todo.clear()
        if self._doing:
            yield from self._performed(self._doing.hear(steps.Over()))

    def _go_on(self) -> Iterator[Command]:
        self._doing = None
        while self._todo and self._doing is None:
            verb = self._todo.popleft()
            if isinstance(verb, Redirect):
                yield from self._ask(steps.Ask(verb.url))
                return
            if isinstance(verb, (HangUp, Reject)):
                break
            if doing := performance(verb):
                self._doing = doing
                yield from self._performed(doing.begin())
                return
        yield steps.PutDown()

    def _performed(self, commands: Iterable[Command]) -> Iterator[Command]:
        for command in commands:
            if isinstance(command, steps.Next):
                yield from self._go_on()
                return
            if isinstance(command, steps.Ask):
                yield from self._ask(command)
                return
            yield command

    def _ask(self, ask: steps.Ask) -> Iterator[Command]:
        """Whatever was to come is forgotten: the answer says what comes."""
        self._doing = None
        self._todo.clear()
        yield ask
