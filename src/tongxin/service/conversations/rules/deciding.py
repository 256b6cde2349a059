"""What words ask for, what clocks do, and what conversations took."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median

from tongxin.center.kit.text import fold
from tongxin.service.conversations.values import Happening, State, Statistics, Status

RATING_EDITABLE = timedelta(hours=24)

_EDGES = " \t\n,.!?。、~"
_MARKS = r"[\s,.!?。、~]*"
_SHORT = "转?人工|真人|(转|找|联系)?(人工|在线|真人)?客服|人工(服务|坐席)"
_ALONE = re.compile(
    rf"(({_SHORT}|((a|an|the) )?((live |human |real )?(agent|human|operator|representative)|"
    rf"(live|real) person))"
    rf"{_MARKS}(请|谢谢|please|pls)?{_MARKS})+"
)
# What may follow "人工" where it means a person: else it is 人工费, 人工香精, 人工打磨 ...
_AFTER = "(?=$|[^\u4e00-\u9fff]|[吗吧呢啊呀嘛了来接帮跟和说聊谈处解回谢可行好在快马现立给])"
_A = "(一?[个下位名]|到|成|给我|接到?|我|在线|有)*"
_SOMEBODY = (
    "agent|human|person|representative|operator|someone|somebody|people|staff|manager|supervisor"
)
_ASKED = re.compile(
    rf"转{_A}(人工|真人|活人)"
    rf"|[找要叫接换请有]{_A}(人工|真人|活人)(客服|坐席|服务)?{_AFTER}"
    rf"|[转找叫接换]{_A}客服{_AFTER}|联系{_A}客服{_AFTER}"
    rf"|[和跟与]{_A}(人工|真人|活人)(客服|坐席)?[说聊谈讲沟对交联]"
    r"|[找叫换派](一?[个位])人[来跟和给帮处说聊吧]"
    r"|^(人工|真人)(客服|坐席|服务)?(在|呢|快来|来|处理|帮忙)"
    r"|(不要|不想要|不想[跟和]|别用|讨厌)(这个?)?机器人"
    r"|\b(agent|human|representative|operator|real person|live person|customer (service|support))"
    r" (please|pls|now)\b"
    r"|\b(talk|speak|chat|talking|speaking|chatting) (to|with)\b.{0,20}?"
    rf"\b({_SOMEBODY})\b"
    rf"|\b(connect|transfer|switch|hand|get|put|pass) me\b.{{0,24}}?\b({_SOMEBODY})\b"
    r"|\b(connect|transfer|switch|escalate) to (a |an |the )?(live |real |human )?"
    r"(agent|human|person|representative|operator)\b"
    r"|\b(need|want|get|give me|i'd like|prefer)( a| an| the| some)?"
    r" (human|real person|live person|live agent|human agent|representative|operator|real human)\b"
    r"|\b(can|could|will|is there|is this) (a |an |any )?"
    r"(human|real person|live agent|live person)\b"
    r"|\b(no more|not a|don't want (a|the|this)) (chat)?(bot|robot|machine)s?\b"
)
_DECLINED = re.compile(
    r"(不用|不要|不需要|无需|别|不想|不必|先不|不找).{0,4}[转找要叫接]?(人工|真人|客服)"
    r"|\b(no need|don't|do not|not|without|never)\b.{0,30}?"
    r"\b(agent|human|person|representative|operator|someone)\b"
)
_OTHER_WORDS = re.compile(
    r"\b(travel|estate|rental|insurance|cleaning|user)[\s-]agent\b"
    r"|\bhuman (hair|use|skin|body|rights|resources|error|size)\b"
)
_CLAUSE = re.compile(r"[,.!?;。、\n]+")
_TOGETHER = [
    (re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])"), ""),
    (re.compile(r"[\s,]+(please|pls)\b"), r" \1"),
]
_SIMPLIFIED = str.maketrans("轉請個換說聯繫們", "转请个换说联系们")
_HINT = re.compile(
    r"人|客服|agent|human|operator|represent|person|some|people|staff|manager|supervisor|bot|machine|customer"
)
_LONGEST_REQUEST = 300


def asks_for_human(text: str) -> bool:
    """Whether a person asks to be served by a human: 转人工, 人工, "agent please" and their kin.

    A clause that declines one takes nothing from another that asks: "不是这个，转人工".
    """
    text = fold(text[:_LONGEST_REQUEST]).translate(_SIMPLIFIED).replace("’", "'").strip(_EDGES)
    if not _HINT.search(text):  # most messages end here
        return False
    for pattern, instead in _TOGETHER:
        text = pattern.sub(instead, text)
    text = _OTHER_WORDS.sub("", text)
    return bool(_ALONE.fullmatch(text)) or any(map(_asks, _CLAUSE.split(text)))


def _asks(clause: str) -> bool:
    return bool(_ASKED.search(clause)) and not _DECLINED.search(clause)


def reopens(resolved_at: datetime, heard_at: datetime, days: int | None) -> bool:
    """Whether a message after the end goes on with the same conversation, or begins a new one.

    An inbox says within how many days: 0 is never, None always.
    """
    return days is None or (days > 0 and heard_at <= resolved_at + timedelta(days=days))


@dataclass(frozen=True)
class Clock:
    """Who waits for us, and since when."""

    waiting_since: datetime | None
    unanswered: int
    wants_human: bool


def clock_in(status: Status, was: Clock, last_in_at: datetime | None) -> Clock:
    """Return the waiting clock after somebody chose a status; ``last_in_at``: theirs was the last word.

    On hold the clock rests, and goes on from their last word; where it is their turn, or over, nobody
    waits any more.
    """
    if status is Status.ON_HOLD:
        return replace(was, waiting_since=None)
    if status in {Status.WAITING, Status.RESOLVED}:
        return Clock(None, 0, wants_human=False)
    since = was.waiting_since or (last_in_at if was.unanswered else None)
    return replace(was, waiting_since=since)


def is_mendable(state: State, sent_at: datetime, within: timedelta, now: datetime) -> bool:
    """Whether what we said can still be changed for the person ``within`` so long; in no time: its channel cannot."""
    return state is not State.FAILED and bool(within) and now <= sent_at + within


def rating_is_editable(rated_at: datetime, now: datetime) -> bool:
    return now <= rated_at + RATING_EDITABLE


COUNTED = (
    "message.received", "message.sent", "note.added", "conversation.assigned", "conversation.resolved",
    "conversation.reopened", "conversation.snoozed", "conversation.woke", "conversation.status_changed",
)  # fmt: skip
_PARTS = frozenset({"message.received", "message.sent", "note.added"})


@dataclass
class _Standing:
    """How a conversation stands while its facts go by."""

    owned: bool = False
    over: bool = False
    snoozed: bool = False
    held: bool = False
    theirs: bool = False

    def take(self, fact: Happening) -> None:
        match fact.kind:
            case "conversation.assigned":
                self.owned = fact.data["member_id"] is not None
            case "conversation.resolved" | "conversation.reopened":
                self.over = fact.kind == "conversation.resolved"
                self.snoozed = self.held = self.theirs = False
            case "conversation.snoozed" | "conversation.woke":
                self.snoozed = fact.kind == "conversation.snoozed"
            case "conversation.status_changed":
                self.held = fact.data["status"] == Status.ON_HOLD
                self.theirs = fact.data["status"] == Status.WAITING
                self.snoozed = self.snoozed and fact.data["status"] == fact.data["status_before"]
            case "message.received" | "message.sent":
                self.theirs = fact.kind == "message.sent"
                self.held = self.held and self.theirs

    @property
    def is_handled(self) -> bool:
        return self.owned and not self.over

    @property
    def is_at_work(self) -> bool:
        return self.is_handled and not (self.snoozed or self.held or self.theirs)


def statistics(opened_at: datetime, facts: Sequence[Happening], until: datetime) -> Statistics:
    """Return what a conversation took, from its facts; what still goes on is counted up to ``until``."""
    facts = sorted(facts, key=lambda fact: fact.at)
    handled, adjusted = _handling(opened_at, facts, until)
    waits = _response_times(facts)
    assigned = [
        f.at for f in facts if f.kind == "conversation.assigned" and f.data["member_id"] is not None
    ]
    heard, said, closed = (
        [f.at for f in facts if f.kind == kind]
        for kind in ("message.received", "message.sent", "conversation.resolved")
    )
    return Statistics(
        _since(opened_at, assigned), _since(opened_at, said),
        round(median(waits)) if waits else None, handled, adjusted, len(assigned),
        sum(f.kind == "conversation.reopened" for f in facts),
        sum(f.kind in _PARTS for f in facts),
        *(end for times in (assigned, heard, said, closed) for end in _ends(times)),
    )  # fmt: skip


def _handling(opened_at: datetime, facts: Sequence[Happening], until: datetime) -> tuple[int, int]:
    """Return for how many seconds somebody was responsible, and for how many it was theirs to do."""
    standing, before = _Standing(), opened_at
    handled = adjusted = timedelta()
    for at, fact in [*((fact.at, fact) for fact in facts), (until, None)]:
        took = max(at - before, timedelta())
        handled += took if standing.is_handled else timedelta()
        adjusted += took if standing.is_at_work else timedelta()
        before = max(before, at)
        if fact is not None:
            standing.take(fact)
    return round(handled.total_seconds()), round(adjusted.total_seconds())


def _response_times(facts: Sequence[Happening]) -> list[float]:
    since: datetime | None = None
    found = []
    for fact in facts:
        if fact.kind == "message.received" and since is None:
            since = fact.at
        elif fact.kind == "message.sent" and since is not None:
            found.append((fact.at - since).total_seconds())
            since = None
    return found


def _since(opened_at: datetime, times: Sequence[datetime]) -> int | None:
    return max(0, round((times[0] - opened_at).total_seconds())) if times else None


def _ends(times: Sequence[datetime]) -> tuple[datetime | None, datetime | None]:
    return (times[0], times[-1]) if times else (None, None)
