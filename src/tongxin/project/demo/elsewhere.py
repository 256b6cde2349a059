"""Who writes by other channels in the demo. They all lead nowhere: nothing leaves this machine."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from tongxin.center.kit.actor import Actor
from tongxin.center.people.actions import Claimable, note_address
from tongxin.center.people.values import Address
from tongxin.service.channels.actions import Opens, create_inbox, note_openings, use_openings
from tongxin.service.channels.models import Departure, Inbox, Template
from tongxin.service.channels.ports import Arrival, Failure
from tongxin.service.channels.values import MESSAGE, DepartureState, Heard
from tongxin.service.conversations import actions
from tongxin.service.conversations.actions import Told, note_departures
from tongxin.service.conversations.values import Received, State

_MAILBOX = {
    "address": "help@xiaoman.example",
    "sender_name": "小满茶具",
    "smtp_host": "mail.xiaoman.example",
}
NOWHERE = "https://nowhere.invalid"  # RFC 2606: there is no such place, and never will be
_ACCOUNT = {
    "app_id": "wx0000000000000000", "secret": "demo", "token": "demo", "aes_key": "a" * 43,
    "api_base": NOWHERE,
}  # fmt: skip
_NUMBER = {
    "number_id": "100000000000001", "account_id": "100000000000002", "token": "demo", "app_secret": "demo",
    "verify_token": "demo", "api_base": NOWHERE,
}  # fmt: skip
_APPROVED = (
    (
        "order_shipped",
        "en",
        "Hi {{name}}, your order {{order}} is on its way. It should reach you by {{day}}.",
    ),
    ("order_shipped", "zh_CN", "{{name}}您好，您的订单 {{order}} 已发出，预计 {{day}} 送达。"),
    (
        "go_on",
        "en",
        "Hi {{name}}, we have news about your question. Reply to this message and we go on.",
    ),
    ("go_on", "zh_CN", "{{name}}您好，您咨询的问题有了进展，回复本消息即可继续沟通。"),
)
_CLARA = Address("email", "clara.jensen@mail.example", "Clara Jensen")
_BUYER = Address("email", "purchasing@teahouse.example", "Teahouse Purchasing")
_ASKED = "We would like 40 gaiwan sets with our logo engraved by 12 December. Is that possible, and at what price?"
_TEA_PARTY = "12 月 6 日和 13 日都可以，每位 168 元。"
_AGAIN = "Thank you! One more question: can each set be packed as a gift?"
_PRICE = "Yes, 40 sets by 12 December are possible: 118 yuan each."
_QUOTED = f"\n\nOn Friday, Xiaoman Tea wrote:\n> {_PRICE}\n\n-- \nClara Jensen\nTeahouse Aarhus"


def let_write_elsewhere(staff: Mapping[str, Actor], now: datetime) -> None:
    """Connect a mailbox, a 公众号 and a WhatsApp number; let people write there, and one answer come too late."""
    owner, began = staff["li"], now - timedelta(days=40)
    mailbox = create_inbox(actor=owner, channel="email", name="邮箱", settings=_MAILBOX, now=began)
    account = create_inbox(
        actor=owner, channel="wechat_oa", name="公众号", settings=_ACCOUNT, now=began
    )
    _by_mail(owner, staff["anna"], mailbox, now)
    _nearly_used_up(owner, account, now)
    _too_late(owner, account, now)
    number = create_inbox(
        actor=owner, channel="whatsapp", name="WhatsApp", settings=_NUMBER, now=began
    )
    _closed(owner, number, now)


def _by_mail(owner: Actor, anna: Actor, inbox_id: int, now: datetime) -> None:
    """A customer and her purchasing department; her answer quotes ours."""
    proof = {"authentication": ["mail.xiaoman.example; spf=pass; dkim=pass; dmarc=pass"]}
    first = Arrival(
        "demo-1@mail.example", _CLARA, _ASKED, now - timedelta(hours=26), subject="40 gaiwan sets with engraving",
        whole=_ASKED, copied=(_BUYER,), details=proof,
    )  # fmt: skip
    asked = _hear(owner, inbox_id, "email", first)
    _answer(
        anna,
        asked,
        _PRICE,
        now - timedelta(hours=20),
    )
    second = Arrival(
        "demo-2@mail.example", _CLARA, _AGAIN, now - timedelta(minutes=31), whole=_AGAIN + _QUOTED,
        subject="Re: 40 gaiwan sets with engraving", answers=("demo-1@mail.example",), copied=(_BUYER,), details=proof,
    )  # fmt: skip
    _hear(owner, inbox_id, "email", second)


def _nearly_used_up(owner: Actor, inbox_id: int, now: datetime) -> None:
    """Four of five messages were used: the composer says so before one types."""
    su, at = Address("wechat_oa", "oDemoSuHe", "苏禾"), now - timedelta(hours=20)
    asked = _hear(owner, inbox_id, "wechat_oa", Arrival("demo-3", su, "建盏可以放洗碗机吗？", at))
    for text in (
        "您好！",
        "建盏不建议放洗碗机。",
        "温水冲洗、自然晾干就好。",
        "还有别的可以帮您吗？",
    ):
        _answer(owner, asked, text, at + timedelta(minutes=6))
    use_openings(
        inbox_id=inbox_id,
        recipients=[(su.kind, su.value, su.name)] * 4,
        now=at + timedelta(minutes=9),
    )
    _hear(
        owner,
        inbox_id,
        "wechat_oa",
        Arrival("demo-4", su, "那钢丝球呢？", at + timedelta(minutes=10)),
        opens=False,
    )


def _too_late(owner: Actor, inbox_id: int, now: datetime) -> None:
    """The answer came when nobody may write there any more; but there is an e-mail address."""
    gu, at = Address("wechat_oa", "oDemoGuXing", "顾行"), now - timedelta(hours=50)
    arrival = Arrival("demo-5", gu, "想订一场 12 人的企业茶会，12 月可以吗？", at)
    asked = _hear(owner, inbox_id, "wechat_oa", arrival)
    note_address(
        actor=owner, person_ids=[asked.person_id], kind=Claimable.EMAIL, value="gu.xing@post.example", now=at
    )  # fmt: skip
    late = now - timedelta(minutes=70)
    answered = actions.reply(
        actor=owner, conversation_ids=[asked.conversation_id], text=_TEA_PARTY, now=late
    )
    actions.carry_out(message_ids=answered, now=late)
    Departure.objects.filter(message_id__in=answered).update(
        state=DepartureState.DEAD, failure=Failure.WINDOW_CLOSED, attempts=1,
        detail="45015: response out of time limit",
    )  # fmt: skip
    told = [Told(pk, State.FAILED, Failure.WINDOW_CLOSED) for pk in answered]
    note_departures(told=told, now=late)


def _closed(owner: Actor, inbox_id: int, now: datetime) -> None:
    """More than a day has passed: only what Meta has approved may be written."""
    Inbox.objects.filter(pk=inbox_id).update(templates_at=now - timedelta(days=3))
    Template.objects.bulk_create(
        Template(
            inbox_id=inbox_id, key=key, language=language, name=key, text=text, details={"is_named": True},
            holes=[hole for hole in ("name", "order", "day") if f"{{{{{hole}}}}}" in text],
        )
        for key, language, text in _APPROVED
    )  # fmt: skip
    lea, at = Address("whatsapp", "33612345678", "Léa Martin"), now - timedelta(hours=29)
    asked = "Bonjour! Has my order TX-2087 left already? It is a birthday present."
    _hear(owner, inbox_id, "whatsapp", Arrival("demo-6", lea, asked, at))


def _hear(
    owner: Actor, inbox_id: int, channel: str, arrival: Arrival, *, opens: bool = True
) -> Received:
    heard = Heard(inbox_id, owner.workspace_id, channel, arrival)
    [received] = actions.receive(heard=[heard], now=arrival.sent_at)
    sender = arrival.sender
    if opens and channel != "email":
        opening = Opens(inbox_id, sender.kind, sender.value, MESSAGE, arrival.sent_at)
        note_openings(openings=[opening])
    return received


def _answer(by: Actor, asked: Received, text: str, at: datetime) -> Sequence[int]:
    """Answer; it was delivered then, unless somebody says otherwise."""
    said = actions.reply(actor=by, conversation_ids=[asked.conversation_id], text=text, now=at)
    note_departures(told=[Told(pk, State.SENT) for pk in said], now=at)
    return said
