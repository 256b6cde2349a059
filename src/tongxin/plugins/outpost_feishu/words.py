"""What a message of Feishu says in words; nothing where it is, or holds, something else."""

import re
from collections.abc import Mapping, Sequence

from pydantic import BaseModel, Field

from tongxin.sdk import understood

_MENTION = re.compile(r"@_user_\d+")
_WORDS = frozenset({"text", "a", "at", "emotion", "md", "code_block", "hr"})  # all that is no file


class Mention(BaseModel):
    """Whom ``@_user_1`` stands for."""

    key: str = ""
    name: str = ""
    kind: str | None = Field(None, alias="mentioned_type")

    @property
    def shown(self) -> str:
        """Return what people read; to call the robot is no part of what is said."""
        return "" if self.kind == "bot" else f"@{self.name}"


class Text(BaseModel):
    """A plain message."""

    text: str = ""


class Piece(BaseModel):
    """A piece of a line."""

    tag: str = ""
    text: str = ""
    href: str = ""
    user: str = Field("", alias="user_id")
    name: str = Field("", alias="user_name")
    emoji: str = Field("", alias="emoji_type")


class Post(BaseModel):
    """A message with a form: lines of pieces."""

    title: str = ""
    content: list[list[Piece]] = []


def words_of(kind: str, content: str, mentions: Sequence[Mention]) -> str:
    """Return a message's words; "" for pictures, files and cards. Raises Refused (``hook.malformed``)."""
    called = {mention.key: mention.shown for mention in mentions}
    said = content.encode("utf-8", "surrogatepass")
    if kind == "text":
        return _called(understood(Text, said).text, called).strip()
    if kind != "post":
        return ""
    post = understood(Post, said)
    if any(piece.tag not in _WORDS for line in post.content for piece in line):
        return ""
    lines = ["".join(_piece(piece, called) for piece in line) for line in post.content]
    return "\n".join([post.title, *lines]).strip()


def _piece(piece: Piece, called: Mapping[str, str]) -> str:
    if piece.tag == "at":
        return called.get(piece.user, f"@{piece.name}")
    if piece.tag == "emotion":
        return f"[{piece.emoji}]"
    if piece.tag == "a" and piece.href != piece.text:
        return f"{piece.text} {piece.href}".strip()
    return _called(piece.text, called)


def _called(text: str, called: Mapping[str, str]) -> str:
    return _MENTION.sub(lambda found: called.get(found[0], found[0]), text)
