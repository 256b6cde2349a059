"""What sync_msg gives: messages and events of one customer-service account."""

from collections.abc import Mapping
from typing import Any

from pydantic import AwareDatetime, BaseModel, Field

from tongxin.sdk import (
    RECALLED,
    Address,
    Arrival,
    Attachment,
    Batch,
    Failure,
    Kind,
    Progress,
    Stage,
    short,
    wordless,
)

KIND = "wechat_kf"
CUSTOMER = "wecom_external"
UNION = "wechat_unionid"
_FROM_CUSTOMER, _FROM_SYSTEM = 3, 4
_MEDIA = {
    "image": (Kind.IMAGE, "image.jpg"),
    "voice": (Kind.VOICE, "voice.amr"),
    "video": (Kind.VIDEO, "video.mp4"),
    "file": (Kind.FILE, "file"),
}
_FAILED = {
    1: Failure.AUTH, 2: Failure.AUTH, 4: Failure.WINDOW_CLOSED, 5: Failure.WINDOW_CLOSED, 6: Failure.WINDOW_CLOSED,
    7: Failure.AUTH, 8: Failure.AUTH, 10: Failure.BLOCKED, 11: Failure.AUTH, 12: Failure.CONTENT,
}  # fmt: skip


class Event(BaseModel):
    """What happened."""

    event_type: str = Field(max_length=64)
    open_kfid: str = Field("", max_length=64)
    external_userid: str = Field("", max_length=128)
    scene: str = Field("", max_length=64)
    scene_param: str = Field("", max_length=500)
    welcome_code: str = Field("", max_length=200)
    fail_msgid: str = Field("", max_length=64)
    fail_type: int = 0
    recall_msgid: str = Field("", max_length=64)


class Message(BaseModel):
    """One of the list. Events say themselves whom they are about."""

    msgid: str = Field(min_length=1, max_length=128, pattern=r"\S")
    send_time: AwareDatetime
    origin: int = 0
    msgtype: str = Field(max_length=64)
    open_kfid: str = Field("", max_length=64)
    external_userid: str = Field("", max_length=128)
    event: Event | None = None


class Customer(BaseModel):
    """Who it is, as far as WeCom tells."""

    nickname: str = ""
    unionid: str = Field("", max_length=128)


class Fetched(BaseModel):
    """A body of a page: a message, and its customer."""

    msg: dict[str, Any]
    customer: Customer = Field(default_factory=Customer)


def meaning(said: Message, raw: Mapping[str, Any], customer: Customer) -> Batch:
    """Return what one message means; nothing for what colleagues said in WeCom itself."""
    if said.event is not None and said.origin == _FROM_SYSTEM:
        return _event(said, said.event, customer)
    if said.origin != _FROM_CUSTOMER or not said.external_userid:
        return Batch()
    inner = raw.get(said.msgtype)
    kind, text, attachments, details = _content(
        said.msgtype, inner if isinstance(inner, dict) else {}
    )
    arrival = Arrival(
        said.msgid,
        _sender(said.open_kfid, said.external_userid, customer),
        text,
        said.send_time,
        kind=kind,
        attachments=attachments,
        also=_also(said.external_userid, customer),
        details=details,
    )
    return Batch([arrival])


def _event(said: Message, event: Event, customer: Customer) -> Batch:
    if event.event_type == "msg_send_fail" and event.fail_msgid:
        failure = _FAILED.get(event.fail_type, Failure.TRANSIENT)
        told = f"fail_type {event.fail_type}"
        return Batch([], [Progress(event.fail_msgid, Stage.FAILED, said.send_time, failure, told)])
    what = {"enter_session": "enter", "user_recall_msg": RECALLED}.get(event.event_type)
    if what is None or not event.external_userid:
        return Batch()
    arrival = Arrival(
        said.msgid,
        _sender(event.open_kfid, event.external_userid, customer),
        "",
        said.send_time,
        kind=Kind.EVENT,
        event=what,
        mends=short(event.recall_msgid) if event.recall_msgid else "",
        also=_also(event.external_userid, customer),
        source=event.scene_param or event.scene,
        details={"welcome_code": event.welcome_code} if event.welcome_code else {},
    )
    return Batch([arrival])


def _sender(account: str, external: str, customer: Customer) -> Address:
    return Address(KIND, f"{account}:{external}", customer.nickname)


def _also(external: str, customer: Customer) -> tuple[Address, ...]:
    union = (Address(UNION, customer.unionid),) if customer.unionid else ()
    return (Address(CUSTOMER, external), *union)


def _content(
    kind: str, said: Mapping[str, Any]
) -> tuple[Kind, str, tuple[Attachment, ...], dict[str, Any]]:
    words = {name: value for name, value in said.items() if isinstance(value, str)}
    if kind == "text":
        menu = {"menu": words["menu_id"]} if words.get("menu_id") else {}
        return Kind.TEXT, words.get("content") or wordless("text"), (), menu
    if kind in _MEDIA and words.get("media_id"):
        sort, name = _MEDIA[kind]
        return sort, "", (Attachment(name, reference=words["media_id"]),), {}
    if kind == "location":
        where = {
            n: said[n] for n in ("latitude", "longitude") if isinstance(said.get(n), int | float)
        }
        named = ", ".join(filter(None, (words.get("name"), words.get("address"))))
        return Kind.LOCATION, named or wordless("location"), (), where
    if kind == "link":
        told = "\n".join(filter(None, (words.get("title"), words.get("desc"), words.get("url"))))
        return Kind.LINK, told or wordless("link"), (), {}
    told = words.get("title") or words.get("sub_title") or words.get("userid") or ""
    return Kind.CARD, f"{wordless(kind)} {told}".strip(), (), {}
