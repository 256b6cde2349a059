"""What Telegram tells, as models; and what it means."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, Field

from tongxin.sdk import Address, Arrival, Attachment, Json, Kind, wordless

KIND = "telegram"
_OTHERS = (
    "poll",
    "dice",
    "game",
    "story",
    "invoice",
    "gift",
    "checklist",
    "giveaway",
    "paid_media",
)

Id = Annotated[int, Field(ge=-(2**63), lt=2**63)]


class User(BaseModel):
    """Who wrote."""

    id: Id
    is_bot: bool = False
    first_name: str = ""
    last_name: str = ""
    username: str = ""
    language_code: str = ""

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.username


class Chat(BaseModel):
    """Where."""

    id: Id
    type: str
    title: str = ""


class Media(BaseModel):
    """A file of whatever sort; photos come in several sizes."""

    file_id: str = Field(min_length=1)
    file_name: str = ""
    mime_type: str = ""
    file_size: int = 0
    emoji: str = ""


class Location(BaseModel):
    """A place."""

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)


class Venue(BaseModel):
    """A place with a name."""

    title: str
    address: str = ""


class Contact(BaseModel):
    """Somebody's card."""

    phone_number: str
    first_name: str = ""
    last_name: str = ""
    user_id: Id = 0


class Button(BaseModel):
    """What one can press below a message."""

    text: str = ""
    callback_data: str = ""


class Keyboard(BaseModel):
    """All of them."""

    inline_keyboard: list[list[Button]] = []


class Referred(BaseModel):
    """Another message, that this one answers or belongs to."""

    message_id: Id
    chat: Chat
    date: AwareDatetime
    reply_markup: Keyboard | None = None


class Message(Referred):
    """A message, with at most one sort of content."""

    edit_date: AwareDatetime | None = None
    sender: User | None = Field(None, alias="from")
    text: str = ""
    caption: str = ""
    photo: list[Media] = []
    voice: Media | None = None
    audio: Media | None = None
    video: Media | None = None
    video_note: Media | None = None
    animation: Media | None = None
    sticker: Media | None = None
    document: Media | None = None
    location: Location | None = None
    venue: Venue | None = None
    contact: Contact | None = None
    reply_to_message: Referred | None = None


class Callback(BaseModel):
    """Somebody pressed a button."""

    id: str = Field(min_length=1)
    sender: User = Field(alias="from")
    message: Referred | None = None
    data: str = ""


class Standing(BaseModel):
    """What the bot is to a chat."""

    status: str


class Member(BaseModel):
    """The bot was blocked, or let in again."""

    chat: Chat
    sender: User = Field(alias="from")
    date: AwareDatetime
    new_chat_member: Standing


class Update(BaseModel):
    """One piece of news."""

    update_id: Id
    message: dict[str, Any] | None = None
    edited_message: dict[str, Any] | None = None
    callback_query: dict[str, Any] | None = None
    my_chat_member: dict[str, Any] | None = None


def address_of(chat: Chat, user: User) -> Address:
    """Return where somebody is answered: in their chat with the bot, or in the group."""
    value = str(chat.id) if chat.type == "private" else f"{chat.id}:{user.id}"
    return Address(KIND, value, user.name)


def name_of(message: Referred) -> str:
    return f"{message.chat.id}:{message.message_id}"


@dataclass(frozen=True)
class Content:
    """What a message says: what sort it is, what can be read, its file, what machines want to know."""

    kind: Kind
    text: str
    attachments: tuple[Attachment, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)


def content_of(said: Message, raw: dict[str, Any]) -> Content:
    """Return what a message says; empty for what Telegram itself reports of a chat."""
    kind, attachments = _media_of(said)
    if attachments:
        return Content(kind, said.sticker.emoji if said.sticker else said.caption, attachments)
    kind, text, details = _words_of(said)
    if text:
        return Content(kind, text, (), details)
    other = next((name for name in _OTHERS if name in raw), "")
    return Content(Kind.CARD, other and wordless(other))


def language_of(user: User) -> dict[str, str]:
    return {"language": user.language_code} if user.language_code else {}


def _media_of(said: Message) -> tuple[Kind, tuple[Attachment, ...]]:
    if said.photo:
        best = max(said.photo, key=lambda one: one.file_size)
        return Kind.IMAGE, (_attached(best, "photo.jpg", "image/jpeg"),)
    for kind, media, name, mime in (
        (Kind.VOICE, said.voice, "voice.ogg", "audio/ogg"),
        (Kind.VIDEO, said.video or said.video_note or said.animation, "video.mp4", "video/mp4"),
        (Kind.IMAGE, said.sticker, "sticker.webp", "image/webp"),
        (Kind.FILE, said.audio, "audio.mp3", "audio/mpeg"),
        (Kind.FILE, said.document, "file", "application/octet-stream"),
    ):
        if media is not None:
            return kind, (_attached(media, name, mime),)
    return Kind.TEXT, ()


def _words_of(said: Message) -> tuple[Kind, str, dict[str, Any]]:
    if said.location is not None:
        place = {"latitude": said.location.latitude, "longitude": said.location.longitude}
        named = said.venue and f"{said.venue.title}, {said.venue.address}".strip(", ")
        return Kind.LOCATION, named or f"{place['latitude']}, {place['longitude']}", place
    if said.contact is not None:
        name = f"{said.contact.first_name} {said.contact.last_name}".strip()
        return Kind.CARD, f"{name} {said.contact.phone_number}".strip(), {}
    return Kind.TEXT, said.text, {}


def event(name: str, what: str, sender: Address, at: AwareDatetime, **more: Json) -> Arrival:
    """Return something that happened."""
    text = str(more.pop("text", ""))
    return Arrival(name, sender, text, at, kind=Kind.EVENT, event=what, **more)


def _attached(media: Media, name: str, kind: str) -> Attachment:
    return Attachment(media.file_name or name, media.mime_type or kind, reference=media.file_id)
