"""Pure decisions about conversations."""

import re
from datetime import datetime, timedelta

REOPEN_WITHIN = timedelta(days=7)
RATING_EDITABLE = timedelta(hours=24)

_ALONE = re.compile(
    r"(人工|真人|人工客服|人工服务|客服|转人工|找客服|agent|human|operator|representative|real person|live agent)"
    r"[\s.!?。！？~～]*",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"(转|找|要|叫|接|换|请|有)(一?[个位下]|到|成|给我|接到?|我)*(人工|真人|活人)"
    r"|(人工|真人)(客服|坐席|服务)?(在吗|呢|快来|来一下|处理|帮忙)"
    r"|人工(客服|坐席)"
    r"|\b(agent|human|representative|operator|real person|live person)\b[\s,]*(please|pls|now)\b"
    r"|\b(talk|speak|chat|connect|transfer|switch|hand|get|put)\b[^.!?]{0,30}?\b(to|with|through|me|over)\b"
    r"[^.!?]{0,20}?\b(agent|human|person|representative|operator|someone|somebody|people|staff)\b"
    r"|\b(need|want|get|give me|i'd like|prefer)\b[^.!?]{0,12}?\b(a|an|the|some)?\s*"
    r"\b(human|real person|live agent|human agent|representative|operator|real human)\b",
    re.IGNORECASE,
)
_DECLINED = re.compile(
    r"(不用|不要|不需要|无需|别|不想|不必|先不|不找)[^，。,.!！?？]{0,4}(转|找|要|叫|接)?(人工|真人|客服)"
    r"|\b(no need|don'?t|do not|not|without|never)\b[^.!?]{0,30}?"
    r"\b(agent|human|person|representative|operator|someone)\b",
    re.IGNORECASE,
)
_OTHER_WORDS = re.compile(
    r"人工(智能|费|成本|湖|呼吸|授粉|降雨|草|制|合成|染色|色素|养殖|智慧)"
    r"|\b(travel|estate|rental|insurance|cleaning|user)[\s-]agent\b",
    re.IGNORECASE,
)
_HINT = re.compile(
    r"人工|真人|活人|客服|agent|human|operator|represent|person|someone|somebody|people|staff",
    re.IGNORECASE,
)
_LONGEST_REQUEST = 300


def asks_for_human(text: str) -> bool:
    """Whether a person asks to be served by a human: 转人工, 人工, "agent please" and their kin."""
    if not _HINT.search(text):  # most messages end here
        return False
    text = _OTHER_WORDS.sub("", text[:_LONGEST_REQUEST]).strip()
    if _ALONE.fullmatch(text):
        return True
    return bool(_ASKED.search(text)) and not _DECLINED.search(text)


def reopens(resolved_at: datetime, heard_at: datetime) -> bool:
    """Whether a message after the end goes on with the same conversation, or begins a new one."""
    return heard_at <= resolved_at + REOPEN_WITHIN


def rating_is_editable(rated_at: datetime, now: datetime) -> bool:
    return now <= rated_at + RATING_EDITABLE
