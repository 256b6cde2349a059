"""Who calls in the demo. Its number leads nowhere: nobody is rung."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from tongxin.center.kit.actor import Actor
from tongxin.center.people.values import Address
from tongxin.project.demo.elsewhere import NOWHERE
from tongxin.service.channels.actions import create_inbox
from tongxin.service.channels.ports import Arrival, Kind
from tongxin.service.channels.queries import inboxes_by_id
from tongxin.service.channels.values import Heard
from tongxin.service.conversations import actions
from tongxin.service.conversations.actions.happening import happen

_NUMBER = {
    "account_sid": "AC0", "auth_token": "demo", "number": "+862155550100", "menu": False, "api_base": NOWHERE,
}  # fmt: skip
_FANG = Address("phone", "+8613705710057", "方阿姨")


def let_call(staff: Mapping[str, Actor], now: datetime) -> None:
    """Connect a number; somebody spoke with us yesterday, and wants to be called back today."""
    owner, anna = staff["li"], staff["anna"]
    began = now - timedelta(days=20)
    hotline = create_inbox(actor=owner, channel="phone", name="热线", settings=_NUMBER, now=began)
    _spoke(hotline, anna, now - timedelta(hours=27))
    _wants_back(hotline, now - timedelta(minutes=24))


def _spoke(inbox_id: int, anna: Actor, at: datetime) -> None:
    talk = _rings(inbox_id, "demo-call-1", at)
    actions.assign(actor=anna, conversation_ids=[talk], member_id=anna.id, now=at)
    _happens(inbox_id, "demo-call-1", at, "ringing", 9, member_id=anna.id)
    _happens(inbox_id, "demo-call-1", at, "answered", 15, waits=False, member_id=anna.id)
    _happens(
        inbox_id, "demo-call-1", at, "talked", 200, waits=False, seconds=185, member_id=anna.id
    )
    _happens(inbox_id, "demo-call-1", at, "hung_up", 201, seconds=201)
    noted = "方阿姨的盖碗少了一只杯托，已请仓库核对库存，查到后给她回电。"
    actions.note(actor=anna, conversation_ids=[talk], text=noted, now=at + timedelta(minutes=5))


def _wants_back(inbox_id: int, at: datetime) -> None:
    _rings(inbox_id, "demo-call-2", at)
    _happens(inbox_id, "demo-call-2", at, "call_back", 40, waits=True)


def _rings(inbox_id: int, call: str, at: datetime) -> int:
    """Let her call and wait; return the conversation."""
    inbox = inboxes_by_id(inbox_ids=[inbox_id])[inbox_id]
    called = Arrival(
        call, _FANG, "来电", at, is_automatic=True, waits=False, details={"call": call}
    )
    heard = Heard(inbox_id, inbox.workspace_id, "phone", called)
    [received] = actions.receive(heard=[heard], now=at)
    _happens(inbox_id, call, at, "waiting", 4, waits=True)
    return received.conversation_id


def _happens(
    inbox_id: int, call: str, began: datetime, event: str, seconds_later: int, *, waits: bool | None = None,
    **details: int,
) -> None:  # fmt: skip
    at = began + timedelta(seconds=seconds_later)
    told = Arrival(
        f"{call}:{event}", _FANG, "", at, kind=Kind.EVENT, event=event, answers=(call,), waits=waits, details=details
    )  # fmt: skip
    happen(inbox=inboxes_by_id(inbox_ids=[inbox_id])[inbox_id], events=[told], now=at)
