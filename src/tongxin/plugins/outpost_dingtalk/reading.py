"""What DingTalk tells of a message at our robot: who wrote it, its words, and which conversations it names."""

import re
from collections.abc import Iterator

from pydantic import BaseModel, Field

from tongxin.sdk import Json

_NAMED = re.compile(r"\s*[#＃](\d{1,9})(?:[\s:：,，]+(.*)|$)", re.DOTALL)
_NUMBER = re.compile(r"#(\d{1,9})(?!\d)")
_CALLING = re.compile(r"\s*@\S+\s+")
_MOST = 3  # numbers: two are too many already
_DEEPEST = 12  # what a card of ours holds lies less deep


class Quoted(BaseModel):
    """The message that somebody quotes."""

    sender: str = Field("", alias="senderId")
    content: Json = None


class Words(BaseModel):
    """A plain message; what it quotes stands in it."""

    content: str = ""
    quoted: Quoted | None = Field(None, alias="repliedMsg")


class Push(BaseModel):
    """A call's body. ``told`` is what DingTalk called the message of ours that is quoted."""

    name: str = Field(alias="msgId", min_length=1, max_length=190)
    kind: str = Field("", alias="msgtype")
    room: str = Field("", alias="conversationId", max_length=100)
    talk: str | None = Field(None, alias="conversationType")
    sender: str = Field("", alias="senderId", max_length=90)
    staff: str | None = Field(None, alias="senderStaffId", max_length=90)
    company: str | None = Field(None, alias="senderCorpId")
    robot: str | None = Field(None, alias="chatbotUserId")
    our_company: str | None = Field(None, alias="chatbotCorpId")
    told: str | None = Field(None, alias="originalProcessQueryKey", max_length=100)
    text: Words = Words()
    content: Json = None


def said_in(push: Push) -> tuple[str, tuple[int, ...]]:
    """Return a message's words without the number in front, and the numbers of the conversations that it names.

    Whoever quotes us by a name that we know needs no number; else it is read in what they quote of ours.
    """
    words = _words(push)
    found = _NAMED.fullmatch(words)
    numbers = {int(found[1])} if found else set()
    quoted = push.text.quoted
    if not push.told and quoted and push.robot and quoted.sender == push.robot:
        texts = " ".join(_texts(quoted.content, _DEEPEST))
        numbers |= {int(number) for number in _NUMBER.findall(texts)}
    return ((found[2] or "") if found else words).strip(), tuple(sorted(numbers))[:_MOST]


def _words(push: Push) -> str:
    """Return what is said in words; "" where it is, or holds, something else."""
    if push.kind == "text":
        return push.text.content
    pieces = push.content.get("richText") if isinstance(push.content, dict) else None
    if push.kind != "richText" or not isinstance(pieces, list):
        return ""
    texts = [piece.get("text") if isinstance(piece, dict) else None for piece in pieces]
    if not all(isinstance(text, str) for text in texts):
        return ""
    return _CALLING.sub("", "".join(map(str, texts)), count=1)


def _texts(said: Json, deepest: int) -> Iterator[str]:
    """Return every text in an object of whatever form: that of a quoted card is written nowhere."""
    if isinstance(said, str):
        yield said
    elif deepest and isinstance(said, dict | list):
        for one in said.values() if isinstance(said, dict) else said:
            yield from _texts(one, deepest - 1)
