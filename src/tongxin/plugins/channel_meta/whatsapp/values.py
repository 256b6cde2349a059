"""What WhatsApp tells, as models; and what it means."""

from typing import Any

from pydantic import AwareDatetime, BaseModel, Field

from tongxin.plugins.channel_meta.whatsapp.errors import judged
from tongxin.sdk import (
    EDITED,
    RECALLED,
    Address,
    Arrival,
    Attachment,
    Kind,
    Progress,
    Stage,
    short,
    wordless,
)

KIND = "whatsapp"
USER = "whatsapp_user"
_STAGES = {
    "sent": Stage.SENT, "delivered": Stage.DELIVERED, "read": Stage.READ, "played": Stage.READ,
    "failed": Stage.FAILED,
}  # fmt: skip
_HAPPENED = {"reaction": "reaction", "edit": EDITED, "revoke": RECALLED}
_MEDIA = {
    "image": (Kind.IMAGE, "image.jpg"),
    "sticker": (Kind.IMAGE, "sticker.webp"),
    "audio": (Kind.VOICE, "voice.ogg"),
    "video": (Kind.VIDEO, "video.mp4"),
    "document": (Kind.FILE, "file"),
}


class Profile(BaseModel):
    """What somebody calls themselves."""

    name: str = ""


class Contact(BaseModel):
    """Who wrote. Newer accounts may hide their number behind a user id."""

    wa_id: str = ""
    user_id: str = ""
    profile: Profile = Field(default_factory=Profile)


class Context(BaseModel):
    """What it answers."""

    id: str = ""


class Referral(BaseModel):
    """The advertisement that led here."""

    source_id: str = ""
    source_url: str = ""
    headline: str = ""
    ctwa_clid: str = ""


class Message(BaseModel):
    """A message; its content lies under the name of its type."""

    id: str = Field(min_length=1, pattern=r"\S")
    sender: str = Field("", alias="from", max_length=128)
    from_user_id: str = Field("", max_length=128)
    timestamp: AwareDatetime
    type: str = Field(max_length=64)
    context: Context | None = None
    referral: Referral | None = None


class Problem(BaseModel):
    """Why a message failed."""

    code: int = 0
    title: str = ""
    message: str = ""
    error_data: dict[str, Any] = {}


class Status(BaseModel):
    """What became of a message of ours."""

    id: str = Field(min_length=1, pattern=r"\S")
    status: str
    timestamp: AwareDatetime
    errors: list[Problem] = []


class Number(BaseModel):
    """Which of our numbers."""

    phone_number_id: str = ""


class Value(BaseModel):
    """What changed."""

    metadata: Number = Field(default_factory=Number)
    contacts: list[Contact] = []
    messages: list[dict[str, Any]] = []
    statuses: list[Status] = []


class Change(BaseModel):
    """A change of something one follows."""

    field: str
    value: dict[str, Any] = {}


class Entry(BaseModel):
    """The changes of an account."""

    changes: list[Change] = []


class Update(BaseModel):
    """A call's body."""

    object: str
    entry: list[Entry] = []


def progress_of(said: Status) -> Progress | None:
    """Return what became of a message; None for what we do not follow."""
    stage = _STAGES.get(said.status)
    if stage is None:
        return None
    if stage is not Stage.FAILED:
        return Progress(short(said.id), stage, said.timestamp)
    why = said.errors[0] if said.errors else Problem()
    told = str(why.error_data.get("details") or why.message or why.title)[:300]
    return Progress(
        short(said.id), stage, said.timestamp, judged(why.code), f"{why.code} {told}".strip()
    )


def arrival_of(said: Message, raw: dict[str, Any], contacts: list[Contact]) -> Arrival | None:
    """Return what a message means; None for what nobody said."""
    user = said.sender or said.from_user_id
    if not user or said.type in {"system", "unknown"}:
        return None
    names = [one.profile.name for one in contacts if user in {one.wa_id, one.user_id}]
    sender = Address(KIND, user, names[0] if names else "")
    inner = raw.get(said.type)
    content = inner if isinstance(inner, dict) else {"cards": inner}
    if said.type in _HAPPENED:
        return _happened(said, sender, content)
    kind, text, attachments, details = _content(said.type, content)
    if said.referral is not None:
        details = {**details, **said.referral.model_dump(exclude_defaults=True)}
    return Arrival(
        short(said.id),
        sender,
        text,
        said.timestamp,
        kind=kind,
        attachments=attachments,
        answers=(short(said.context.id),) if said.context and said.context.id else (),
        also=_also(said),
        source=said.referral.source_id if said.referral else "",
        details=details,
    )


def _also(said: Message) -> tuple[Address, ...]:
    """Return what else WhatsApp knows somebody by: their number may be hidden one day, the user id stays."""
    number = said.sender if said.sender.isascii() and said.sender.isdigit() else ""
    phone = (Address("phone", f"+{number}"),) if number else ()
    return (*phone, Address(USER, said.from_user_id)) if said.from_user_id and number else phone


def _happened(said: Message, sender: Address, content: dict[str, Any]) -> Arrival:
    """Return a face under a message, its change, or its recall; each names the message it is about."""
    about = str(content.get("message_id") or content.get("original_message_id") or "")
    text = str(content.get("emoji") or "")
    if said.type == "edit" and isinstance(inner := content.get("message"), dict):
        kind = str(inner.get("type") or "")
        changed = inner.get(kind)
        text = _content(kind, changed if isinstance(changed, dict) else {})[1]
    event, named = _HAPPENED[said.type], short(about) if about else ""
    mends = named if event == RECALLED or (event == EDITED and text) else ""
    return Arrival(
        short(said.id), sender, text, said.timestamp, kind=Kind.EVENT, event=event, mends=mends,
        answers=(named,) if named and not mends else (),
    )  # fmt: skip


def _content(
    kind: str, said: dict[str, Any]
) -> tuple[Kind, str, tuple[Attachment, ...], dict[str, Any]]:
    words = {name: value for name, value in said.items() if isinstance(value, str)}
    if kind in _MEDIA and words.get("id"):
        sort, name = _MEDIA[kind]
        file = Attachment(
            words.get("filename") or name, words.get("mime_type", ""), reference=words["id"]
        )
        return sort, words.get("caption", ""), (file,), {}
    if kind == "location":
        where = {
            n: said[n] for n in ("latitude", "longitude") if isinstance(said.get(n), int | float)
        }
        named = ", ".join(filter(None, (words.get("name"), words.get("address"))))
        return (
            Kind.LOCATION,
            named or ", ".join(map(str, where.values())) or wordless("location"),
            (),
            where,
        )
    text, pressed = _words(kind, said, words)
    if text:
        return Kind.TEXT, text, (), {"button": pressed} if pressed else {}
    return Kind.CARD, wordless(kind), (), {}


def _words(kind: str, said: dict[str, Any], words: dict[str, str]) -> tuple[str, str]:
    """Return what was written, or the label that was pressed with what it stands for."""
    if kind == "text":
        return words.get("body", ""), ""
    if kind == "button":
        return words.get("text", ""), words.get("payload", "")
    if kind == "contacts" and isinstance(said.get("cards"), list):
        return "\n".join(_card(one) for one in said["cards"] if isinstance(one, dict)), ""
    if kind == "interactive":
        chosen = said.get(words.get("type", ""))
        if isinstance(chosen, dict):
            return str(chosen.get("title") or chosen.get("body") or ""), str(chosen.get("id") or "")
    return "", ""


def _card(said: dict[str, Any]) -> str:
    name, phones = said.get("name"), said.get("phones")
    called = str(name.get("formatted_name") or "") if isinstance(name, dict) else ""
    numbers = (
        [one.get("phone") for one in phones if isinstance(one, dict)]
        if isinstance(phones, list)
        else []
    )
    return " ".join([called or wordless("contact"), *(str(number) for number in numbers if number)])
