"""What LINE tells, as models; and what it means: https://developers.line.biz/en/reference/messaging-api/."""

from typing import Any

from pydantic import AwareDatetime, BaseModel, Field

from tongxin.sdk import RECALLED, Address, Arrival, Attachment, Kind, short, wordless

KIND = "line"
_MEDIA = {
    "image": (Kind.IMAGE, "image.jpg", "image/jpeg"),
    "video": (Kind.VIDEO, "video.mp4", "video/mp4"),
    "audio": (Kind.VOICE, "voice.m4a", "audio/mp4"),
    "file": (Kind.FILE, "file", ""),
}
_HAPPENED = {"follow": "subscribe", "unfollow": "blocked", "unsend": RECALLED}


class Source(BaseModel):
    """Who, and where."""

    type: str
    user_id: str = Field("", alias="userId", max_length=64)
    group_id: str = Field("", alias="groupId", max_length=64)
    room_id: str = Field("", alias="roomId", max_length=64)


class Provider(BaseModel):
    """Where a file lies."""

    type: str = "line"
    address: str = Field("", alias="originalContentUrl", max_length=2000)


class Message(BaseModel):
    """What was said."""

    id: str = Field(min_length=1, max_length=64, pattern=r"\S")
    type: str = Field(max_length=64)
    text: str = ""
    file_name: str = Field("", alias="fileName")
    provider: Provider = Field(default_factory=Provider, alias="contentProvider")
    quoted: str = Field("", alias="quotedMessageId", max_length=64)
    title: str = ""
    address: str = ""
    latitude: float = Field(0, ge=-90, le=90)
    longitude: float = Field(0, ge=-180, le=180)
    keywords: list[str] = []


class Postback(BaseModel):
    """What a pressed button stands for."""

    data: str = ""


class Unsend(BaseModel):
    """Which message was taken back."""

    message_id: str = Field("", alias="messageId", max_length=64)


class Event(BaseModel):
    """One thing that happened."""

    type: str
    mode: str = "active"
    name: str = Field(alias="webhookEventId", min_length=1, max_length=64, pattern=r"\S")
    at: AwareDatetime = Field(alias="timestamp")
    source: Source | None = None
    message: Message | None = None
    postback: Postback | None = None
    unsend: Unsend | None = None


class Update(BaseModel):
    """A call's body; without events where LINE only tries the address."""

    events: list[dict[str, Any]]


def arrival_of(said: Event) -> Arrival | None:
    """Return what an event means; None for what nobody said to us."""
    if said.source is None or not said.source.user_id or said.mode != "active":
        return None
    room = said.source.group_id or said.source.room_id
    user = said.source.user_id
    sender = Address(KIND, f"{room}:{user}" if room else user)
    if said.message is not None:
        return _message(said, said.message, sender)
    if said.postback is not None:
        text = said.postback.data or wordless("button")
        return Arrival(said.name, sender, text, said.at, details={"button": said.postback.data})
    if said.type not in _HAPPENED:
        return None
    about = said.unsend.message_id if said.unsend else ""
    return Arrival(
        said.name, sender, "", said.at, kind=Kind.EVENT, event=_HAPPENED[said.type], mends=about,
    )  # fmt: skip


def _message(said: Event, message: Message, sender: Address) -> Arrival:
    kind, text, details = _words(message)
    files: tuple[Attachment, ...] = ()
    if message.type in _MEDIA:
        kind, name, mime = _MEDIA[message.type]
        is_elsewhere = message.provider.type == "external" and message.provider.address
        reference = message.provider.address if is_elsewhere else message.id
        files = (Attachment(message.file_name or name, mime, reference=reference),)
    return Arrival(
        short(message.id),
        sender,
        text if text or files else wordless(message.type),
        said.at,
        kind=kind,
        attachments=files,
        answers=(message.quoted,) if message.quoted else (),
        details=details,
    )


def _words(message: Message) -> tuple[Kind, str, dict[str, Any]]:
    if message.type == "text":
        return Kind.TEXT, message.text, {}
    if message.type == "location":
        where = {"latitude": message.latitude, "longitude": message.longitude}
        named = ", ".join(filter(None, (message.title, message.address)))
        return Kind.LOCATION, named or ", ".join(map(str, where.values())), where
    if message.type == "sticker":
        return Kind.CARD, " ".join([wordless("sticker"), *message.keywords[:3]]), {}
    return Kind.CARD, "", {}
