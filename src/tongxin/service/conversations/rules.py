"""Pure decisions about conversations."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tongxin.center.kit.text import fold
from tongxin.service.conversations.values import State, Status

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


def is_mendable(state: State, sent_at: datetime, minutes: int, now: datetime) -> bool:
    """Whether what we said can still be changed for the person; 0 minutes: its channel cannot."""
    return state is not State.FAILED and minutes > 0 and now <= sent_at + timedelta(minutes=minutes)


def rating_is_editable(rated_at: datetime, now: datetime) -> bool:
    return now <= rated_at + RATING_EDITABLE
