"""What Messenger and Instagram tell, as models; and what it means."""

from typing import Any

from pydantic import AwareDatetime, BaseModel, Field

from tongxin.sdk import (
    EDITED,
    RECALLED,
    Address,
    Arrival,
    Attachment,
    Batch,
    Kind,
    Progress,
    Stage,
    short,
    wordless,
)

_KINDS = {"image": Kind.IMAGE, "audio": Kind.VOICE, "video": Kind.VIDEO, "file": Kind.FILE}
_NAMES = {"image": "image.jpg", "audio": "voice.mp4", "video": "video.mp4", "file": "file"}


class Party(BaseModel):
    """Somebody, as this page or account knows them."""

    id: str = Field(min_length=1, max_length=128, pattern=r"\S")


class Payload(BaseModel):
    """Where a file lies, or what it is about."""

    url: str = ""
    title: str = ""
    coordinates: dict[str, float] = {}


class Part(BaseModel):
    """What hangs on a message."""

    type: str = Field(max_length=64)
    payload: Payload | None = None


class Reply(BaseModel):
    """What it answers."""

    mid: str = ""


class Quick(BaseModel):
    """A pressed suggestion."""

    payload: str = ""


class Referral(BaseModel):
    """How they came."""

    ref: str = ""
    source: str = ""
    ad_id: str = ""


class Message(BaseModel):
    """A message."""

    mid: str = Field(min_length=1, pattern=r"\S")
    text: str = ""
    is_echo: bool = False
    is_deleted: bool = False
    attachments: list[Part] = []
    quick_reply: Quick | None = None
    reply_to: Reply | None = None
    referral: Referral | None = None


class Postback(BaseModel):
    """A pressed button."""

    mid: str = ""
    title: str = ""
    payload: str = ""
    referral: Referral | None = None


class Delivery(BaseModel):
    """Which of ours arrived."""

    mids: list[str] = []


class Read(BaseModel):
    """Which of ours was read; Messenger only says up to when."""

    mid: str = ""


class Reaction(BaseModel):
    """A face under a message."""

    mid: str = ""
    action: str = ""
    emoji: str = ""


class Edit(BaseModel):
    """Other words for a message, the so-many-th time."""

    mid: str = ""
    text: str = ""
    number: int = Field(0, alias="num_edit")


class Event(BaseModel):
    """One thing that happened."""

    sender: Party
    timestamp: AwareDatetime
    message: Message | None = None
    postback: Postback | None = None
    referral: Referral | None = None
    delivery: Delivery | None = None
    read: Read | None = None
    reaction: Reaction | None = None
    edit: Edit | None = Field(None, alias="message_edit")


def heard(kind: str, said: Event) -> Batch:
    """Return what an event means; nothing for echoes of what the page says."""
    if said.message is not None:
        return _message(kind, said, said.message)
    if said.postback is not None:
        return _pressed(kind, said, said.postback)
    if said.delivery is not None:
        steps = (mid for mid in said.delivery.mids if mid)
        return Batch([], [Progress(short(mid), Stage.DELIVERED, said.timestamp) for mid in steps])
    if said.read is not None:
        return Batch(
            [],
            [Progress(short(said.read.mid), Stage.READ, said.timestamp)] if said.read.mid else [],
        )
    return _event(kind, said)


def _message(kind: str, said: Event, message: Message) -> Batch:
    if message.is_echo:
        return Batch()
    name, sender = short(message.mid), Address(kind, said.sender.id)
    if message.is_deleted:
        return _happened(said, kind, RECALLED, f"{message.mid}:recalled", mends=name)
    files = tuple(
        Attachment(_NAMES[part.type], reference=part.payload.url)
        for part in message.attachments
        if part.type in _NAMES and part.payload and part.payload.url
    )
    sort, text, details = _words(message)
    if message.quick_reply is not None and message.quick_reply.payload:
        details["button"] = message.quick_reply.payload
    arrival = Arrival(
        name,
        sender,
        text if text or files else wordless("unsupported"),
        said.timestamp,
        kind=_KINDS[message.attachments[0].type]
        if files and message.attachments[0].type in _KINDS
        else sort,
        attachments=files,
        answers=(short(message.reply_to.mid),) if message.reply_to and message.reply_to.mid else (),
        source=_source(message.referral),
        details=details,
    )
    return Batch([arrival])


def _words(message: Message) -> tuple[Kind, str, dict[str, Any]]:
    others = [part for part in message.attachments if part.type not in _NAMES]
    for part in others:
        payload = part.payload or Payload()
        if part.type == "location" and payload.coordinates:
            where: dict[str, Any] = dict(payload.coordinates)
            return Kind.LOCATION, message.text or ", ".join(map(str, where.values())), where
    told = [_told(part) for part in others if not message.text or part.type != "fallback"]
    sort = Kind.CARD if others and not message.text else Kind.TEXT
    return sort, "\n".join(filter(None, (message.text, *told))), {}


def _told(part: Part) -> str:
    payload = part.payload or Payload()
    return " ".join(filter(None, (wordless(part.type), payload.title, payload.url)))


def _pressed(kind: str, said: Event, button: Postback) -> Batch:
    name = button.mid or f"{said.sender.id}:{said.timestamp.timestamp():.3f}:button"
    arrival = Arrival(
        short(name),
        Address(kind, said.sender.id),
        button.title or button.payload or wordless("button"),
        said.timestamp,
        source=_source(button.referral),
        details={"button": button.payload} if button.payload else {},
    )
    return Batch([arrival])


def _event(kind: str, said: Event) -> Batch:
    moment = f"{said.sender.id}:{said.timestamp.timestamp():.3f}"
    if said.referral is not None:
        return _happened(said, kind, "enter", f"{moment}:enter", source=_source(said.referral))
    if said.edit is not None and said.edit.mid and said.edit.text:
        name = f"{said.edit.mid}:edit:{said.edit.number}"
        return _happened(said, kind, EDITED, name, said.edit.text, mends=short(said.edit.mid))
    if said.reaction is not None and said.reaction.mid:
        about, text = (short(said.reaction.mid),), said.reaction.emoji
        text = text if said.reaction.action == "react" else ""
        return _happened(said, kind, "reaction", f"{moment}:reaction", answers=about, text=text)
    return Batch()


def _happened(
    said: Event,
    kind: str,
    what: str,
    name: str,
    text: str = "",
    **more: Any,  # noqa: ANN401 - Arrival's
) -> Batch:
    sender = Address(kind, said.sender.id)
    return Batch(
        [Arrival(short(name), sender, text, said.timestamp, kind=Kind.EVENT, event=what, **more)]
    )


def _source(referral: Referral | None) -> str:
    return referral.ref or referral.ad_id or referral.source if referral else ""
