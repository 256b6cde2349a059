"""What Weibo pushes, as a model; and what it means: https://open.weibo.com/wiki/接收普通消息 and 接收事件推送."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field

from tongxin.sdk import Address, Arrival, Attachment, Json, Kind, wordless

KIND = "weibo"
_MEDIA = {"image": (Kind.IMAGE, "image.jpg"), "voice": (Kind.VOICE, "voice.amr")}
_HAPPENED = {
    "follow": "subscribe", "subscribe": "subscribe", "unfollow": "blocked", "scan": "scan", "scan_follow": "scan",
    "click": "menu", "view": "menu",
}  # fmt: skip
_SCENE = re.compile(r"^(?:qr_(?:limit_)?scene_|qrscene_)", re.IGNORECASE)
_Name = Annotated[
    str,
    BeforeValidator(lambda said: str(said) if type(said) is int else said),
    Field(min_length=1, max_length=20, pattern=r"^[0-9]+$"),
]
_Object = Annotated[
    dict[str, Json], BeforeValidator(lambda said: said if isinstance(said, dict) else {})
]


class Push(BaseModel):
    """A call's body: a message, or something that somebody did."""

    type: str = Field(max_length=64)
    sender: _Name = Field(alias="sender_id")
    created_at: str = Field(max_length=64)
    text: str = ""
    data: _Object = {}


def arrival_of(said: Push, came_at: datetime) -> Arrival | None:
    """Return what a call means; None for what is not said to us. Weibo does not number its calls."""
    sender, at = Address(KIND, said.sender), _moment(said.created_at, came_at)
    if said.type == "event":
        return _event(said, sender, at)
    if said.type == "mention":
        return None
    kind, text, files, details = _content(said)
    return Arrival(_name(said), sender, text, at, kind=kind, attachments=files, details=details)


def _event(said: Push, sender: Address, at: datetime) -> Arrival | None:
    words = _words(said.data)
    if (what := _HAPPENED.get(words.get("subtype", ""))) is None:
        return None
    key = words.get("key", "")[:200]
    source = _SCENE.sub("", key) if what == "scan" else ""
    details = {"key": key} if key and what == "menu" else {}
    return Arrival(
        _name(said), sender, "", at, kind=Kind.EVENT, event=what, source=source, details=details
    )


def _content(said: Push) -> tuple[Kind, str, tuple[Attachment, ...], dict[str, str]]:
    words = _words(said.data)
    if said.type in _MEDIA and words.get("tovfid"):
        kind, name = _MEDIA[said.type]
        return kind, "", (Attachment(name, reference=words["tovfid"]),), {}
    if said.type == "position":
        where = {name: words.get(name, "") for name in ("latitude", "longitude")}
        return Kind.LOCATION, said.text or ", ".join(where.values()), (), where
    kind = Kind.TEXT if said.type == "text" else Kind.CARD
    return kind, said.text if said.text.strip() else wordless(said.type), (), {}


def _name(said: Push) -> str:
    """Return the same name for each repetition, and another for whatever else was said in that second."""
    content = json.dumps([said.created_at, said.type, said.text, said.data], sort_keys=True)
    return f"{said.sender}:{hashlib.sha256(content.encode()).hexdigest()[:32]}"


def _words(data: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in data.items() if isinstance(value, str | int)}


def _moment(said: str, came_at: datetime) -> datetime:
    try:
        return datetime.strptime(said, "%a %b %d %H:%M:%S %z %Y")
    except ValueError:
        return came_at
