"""Words the shop has ready: canned replies in both languages, calls for a colleague, and what leaves tomorrow."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from tongxin.center.kit.actor import Actor
from tongxin.service.conversations.actions import note
from tongxin.service.replies.actions import (
    create_canned,
    create_macro,
    offer_review,
    schedule,
    use_canned,
)
from tongxin.service.replies.values import Do, Step


@dataclass(frozen=True)
class Words:
    """A canned reply of the shop, and how often it was sent."""

    name: str
    shortcut: str
    uses: int
    chinese: str
    english: str


CANNED = (
    Words(
        "问候 Hello",
        "hi",
        38,
        "{{person.name}}您好，我是小满的{{agent.name}}，很高兴为您服务。",
        'Hello {{person.name|fallback:"there"}}, this is {{agent.name}} from Xiaoman Tea.',
    ),
    Words(
        "换货 Exchange",
        "exchange",
        21,
        "非常抱歉。我们今天就为您补发新的，旧的不用寄回。补发单号会发到您的手机 {{person.phone}}。",
        "I am very sorry. We send a new one today; the tracking number goes to {{person.email}}.",
    ),
    Words(
        "物流 Shipping",
        "shipping",
        17,
        "您的包裹已经发出，一般 2 到 3 天送达。会话编号 #{{conversation.number}}，有事随时找我们。",
        "Your parcel has left; it takes 4 to 6 days. Your number with us is #{{conversation.number}}.",
    ),
    Words(
        "发票 Invoice",
        "invoice",
        9,
        '电子发票已于{{date.today|date:"M月D日"}}开具，发送到 {{person.email|fallback:"您账户中的邮箱"}}。',
        'Your invoice of {{date.today|date:"D.M.YYYY"}} goes to {{person.email|fallback:"your account"}}.',
    ),
    Words(
        "养壶 First use",
        "care",
        12,
        "新壶第一次使用：清水煮沸 20 分钟，放凉后再用茶汤煮一次，不要用洗洁精。",
        "Before its first use, boil the pot in clear water for 20 minutes. No detergent, please.",
    ),
)
_CALLS = {
    "zhao": ("wang", "@李工 赵强要十套，报价单我做好了，九折可以吗？"),
    "amelie": ("anna", "@李工 She likes the Xishi pot. May I add a gift box?"),
}
_LATER = {
    "sun": "孙老师，石瓢到货了！给您留了一把，链接发您了，今天下单今天发。",
}


def write_ready_words(staff: Mapping[str, Actor], talks: Mapping[str, int], now: datetime) -> None:
    """Let the shop have its canned replies, and a message that leaves tomorrow morning."""
    owner = staff["li"]
    made = {}
    for words in CANNED:
        made[words.shortcut] = pk = create_canned(
            actor=owner, name=words.name, shortcut=words.shortcut, shared=True,
            bodies={"zh-hans": words.chinese, "en": words.english}, now=now - timedelta(days=60),
        )  # fmt: skip
        for days in range(words.uses, 0, -1):
            use_canned(actor=owner, canned_ids=[pk], now=now - timedelta(days=days))
    exchange = [
        Step(Do.REPLY, canned_id=made["shipping"]), Step(Do.TAG, tags=("物流",)), Step(Do.SNOOZE, hours=72),
    ]  # fmt: skip
    create_macro(actor=owner, name="已发货，三天后再看", steps=exchange, shared=True, now=now)
    closing = [Step(Do.TAG, tags=("养护",)), Step(Do.ASSIGN), Step(Do.RESOLVE)]
    create_macro(actor=owner, name="Care question: settled", steps=closing, shared=True, now=now)
    for key, (who, text) in _CALLS.items():
        note(actor=staff[who], conversation_ids=[talks[key]], text=text, now=now)
    offer_review(
        actor=staff["wang"], conversation_ids=[talks["zhao"]], now=now,
        text="赵总您好，十套九折，含增值税专用发票，下周四前送到。报价单稍后发您邮箱。",
    )  # fmt: skip
    morning = (now + timedelta(days=1)).replace(hour=1, minute=0, second=0, microsecond=0)
    for key, text in _LATER.items():
        schedule(actor=owner, conversation_ids=[talks[key]], text=text, at=morning, now=now)
