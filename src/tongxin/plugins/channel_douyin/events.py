"""What 抖音 tells, as models; and what it means.

https://developer.open-douyin.com/docs/resource/zh-CN/dop/develop/webhooks/event-list
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, BeforeValidator, Field

from tongxin.sdk import RECALLED, Address, Arrival, Attachment, Json, Kind, short, wordless

KIND = "douyin"
RECEIVED, ENTERED, TAKEN_BACK = "im_receive_msg", "im_enter_direct_msg", "im_recall_msg"
_LONGEST_SOURCE = 200
_PICTURES = {"image": "image.jpg", "emoji": "emoji.webp"}
_LOCAL = {
    "user_local_image": (Kind.IMAGE, "image.jpg"),
    "user_local_video": (Kind.VIDEO, "video.mp4"),
}


def _object(said: Json) -> Json:
    """Return an object, also where it comes as text (the documentation shows both)."""
    if isinstance(said, str):
        try:
            said = json.loads(said)
        except (ValueError, RecursionError):
            return {}
    return said if isinstance(said, dict) else {}


class Who(BaseModel):
    """Somebody of a conversation."""

    open_id: str = ""
    name: str = Field("", alias="nick_name")


class Entry(BaseModel):
    """A line of a card that somebody filled in."""

    label: str = ""
    value: str = ""


class Content(BaseModel):
    """What a message or an event holds."""

    conversation: str = Field("", alias="conversation_short_id", max_length=190)
    message: str = Field("", alias="server_message_id", max_length=190)
    type: str = Field("", alias="message_type", max_length=64)
    at: AwareDatetime | None = Field(None, alias="create_time")
    text: str = ""
    address: str = Field("", alias="resource_url", max_length=2000)
    item: str = Field("", alias="item_id", max_length=200)
    video: str = Field("", alias="objectId", max_length=_LONGEST_SOURCE)
    card: list[Entry] = Field([], alias="card_data")
    people: list[Who] = Field([], alias="user_infos")
    challenge: Json = None


class Update(BaseModel):
    """A call's body."""

    event: str = Field(max_length=64)
    sender: str = Field("", alias="from_user_id", max_length=128)
    to: str = Field("", alias="to_user_id", max_length=128)
    content: Annotated[Content, BeforeValidator(_object)] = Content()


def arrival_of(said: Update, name: str, came_at: datetime) -> Arrival | None:
    """Return what an update means; None for what nobody says to us. ``name`` is the call's own."""
    if not said.sender.strip():
        return None
    content = said.content
    at = content.at or came_at
    called = next((who.name for who in content.people if who.open_id == said.sender), "")
    sender = Address(KIND, said.sender, called)
    if said.event == RECEIVED and content.message:
        return _message(content, sender, at)
    if said.event == ENTERED:
        named = short(f"entered:{context_of(content) or name}")
        return Arrival(named, sender, "", at, kind=Kind.EVENT, event="enter", source=content.video)
    if said.event == TAKEN_BACK and content.message:
        return _recalled(content, sender, at)
    return None


def context_of(content: Content) -> str:
    """Return what a reply has to name: the message, and its conversation."""
    return " ".join(filter(None, (content.message, content.conversation)))


def _recalled(content: Content, sender: Address, at: datetime) -> Arrival:
    """Take a message back, where we are told of which conversation: we know messages by both."""
    named, details = short(f"recalled:{content.message}"), {"message": content.message}
    about = short(context_of(content)) if content.conversation else ""
    return Arrival(
        named, sender, "", at, kind=Kind.EVENT, event=RECALLED, details=details, mends=about
    )


def _message(content: Content, sender: Address, at: datetime) -> Arrival:
    kind, text, files = _words(content, sender.value)
    return Arrival(
        short(context_of(content)),
        sender,
        text if text.strip() or files else wordless(content.type or "message"),
        at,
        kind=kind,
        attachments=tuple(files),
    )


def _words(content: Content, sender: str) -> tuple[Kind, str, Sequence[Attachment]]:
    if content.type in _LOCAL:
        kind, name = _LOCAL[content.type]
        reference = json.dumps([sender, content.conversation, content.message])
        return kind, "", [Attachment(name, reference=reference)]
    if content.type in _PICTURES and content.address.startswith("https://"):
        return Kind.IMAGE, "", [Attachment(_PICTURES[content.type], reference=content.address)]
    if content.type == "video":
        return Kind.LINK, f"{wordless('video')} {content.item}".strip(), []
    if content.type == "retain_consult_card":
        filled = [f"{entry.label}: {entry.value}" for entry in content.card]
        return Kind.CARD, "\n".join(filled), []
    return (Kind.TEXT if content.type in {"text", "other"} else Kind.CARD), content.text, []


def place_of(reference: str) -> tuple[str, str, str]:
    """Return whose file it is, of which conversation and message. Raises ValueError."""
    said: Any = json.loads(reference)
    sender, conversation, message = said
    return str(sender), str(conversation), str(message)
