from dataclasses import dataclass
from typing import ClassVar

from tongxin.center.timeline.values import Fact


@dataclass(frozen=True, kw_only=True)
class NoticeGiven(Fact):
    """A member is called to look at a conversation; ``about`` says why."""

    kind: ClassVar[str] = "notice.given"
    conversation_id: int
    member_id: int
    about: str
    notice_id: int
