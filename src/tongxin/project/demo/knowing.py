"""What the shop knows of its people: attributes, organizations, tags, what they allow, who is blocked."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from tongxin.center.attributes.actions import define
from tongxin.center.attributes.values import Attributes, AttributeType, Thing
from tongxin.center.kit.actor import Actor
from tongxin.center.people import actions
from tongxin.center.people.models import Identity
from tongxin.center.people.values import Purpose, Way
from tongxin.service.conversations.actions import describe as describe_talks
from tongxin.service.conversations.queries import conversations

_DEFINED: tuple[tuple[Thing, str, str, AttributeType, tuple[str, ...]], ...] = (
    (Thing.PERSON, "tier", "会员等级", AttributeType.CHOICE, ("金卡", "银卡", "普通")),
    (Thing.PERSON, "favorite", "爱喝的茶", AttributeType.TEXT, ()),
    (Thing.PERSON, "spend", "累计消费（元）", AttributeType.NUMBER, ()),
    (Thing.PERSON, "birthday", "生日", AttributeType.DATE, ()),
    (Thing.ORGANIZATION, "industry", "行业", AttributeType.TEXT, ()),
    (Thing.ORGANIZATION, "site", "网站", AttributeType.LINK, ()),
    (Thing.CONVERSATION, "reason", "来访原因", AttributeType.CHOICE,
     ("售前", "物流", "破损", "发票", "课程")),
)  # fmt: skip
_KNOWN: Mapping[str, Attributes] = {
    "mei": {"tier": "金卡", "favorite": "普洱", "spend": 3680, "birthday": "1990-05-01"},
    "chenli": {"tier": "银卡", "favorite": "龙井", "spend": 968},
    "zhao": {"tier": "金卡", "spend": 12800},
    "tom": {"tier": "银卡", "favorite": "Oolong", "spend": 1420.5},
    "greta": {"tier": "普通", "spend": 320},
}
_TAGS = {
    "mei": ("来源:老客介绍", "紫砂壶"),
    "zhao": ("类型:企业采购", "来源:展会"),
    "tom": ("类型:海外", "invoice"),
    "ouyang": ("类型:学员",),
}
_ORGANIZATIONS = (
    ("杭州清和文化", ("qinghe.example",), ("zhao", "linxi", "zhounv"),
     {"industry": "文化传播", "site": "https://qinghe.example"}),
    ("Becker Teehandel GmbH", ("becker.example", "mail.example"), ("tom", "greta"),
     {"industry": "Tea trade"}),
)  # fmt: skip


def know(workspace_id: int, owner: Actor, began: datetime, now: datetime) -> None:
    """Let the shop know its people."""
    people = _by_key(workspace_id)
    for thing, key, name, kind, options in _DEFINED:
        define(actor=owner, thing=thing, name=name, type=kind, key=key, options=options, now=began)
    for key, attributes in _KNOWN.items():
        actions.describe(actor=owner, person_ids=[people[key]], attributes=attributes, now=now)
    for name, domains, members, attributes in _ORGANIZATIONS:
        made = actions.create_organization(actor=owner, name=name, domains=domains, now=began)
        ids = [people[key] for key in members]
        actions.join(actor=owner, person_ids=ids, organization_id=made, now=now)
        actions.describe_organizations(
            actor=owner, organization_ids=[made], attributes=attributes, now=now
        )
    _twice(owner, people, now)
    for key, tags in _TAGS.items():
        actions.tag(actor=owner, person_ids=[people[key]], add=tags, now=now)
    _promise(owner, people["mei"], now)
    actions.block(actor=owner, person_ids=[people["v3"]], reason="反复发送广告", now=now)
    talks = [row.id for row in conversations(actor=owner) if "破损" in row.tags]
    describe_talks(actor=owner, conversation_ids=talks, attributes={"reason": "破损"}, now=now)


def _twice(owner: Actor, people: Mapping[str, int], now: datetime) -> None:
    """A stranger on the web leaves the phone number that 陈立 has: perhaps they are one."""
    actions.change(actor=owner, person_ids=[people["v1"]], name="陈先生", now=now)
    for key in ("chenli", "v1"):
        actions.note_address(
            actor=owner, person_ids=[people[key]], kind=actions.Claimable.PHONE,
            value="138 0571 2345", now=now,
        )  # fmt: skip
    actions.describe(actor=owner, person_ids=[people["v1"]], attributes={"tier": "普通"}, now=now)


def _promise(owner: Actor, person_id: int, now: datetime) -> None:
    """小梅 gets our newsletter no longer, and wants to sleep at night."""
    for granted, proof, days in ((True, "下单时勾选", 60), (False, "会话中说不想再收", 3)):
        actions.record_consent(
            actor=owner, person_ids=[person_id], way=Way.EMAIL, purpose=Purpose.MARKETING,
            granted=granted, proof=proof, now=now - timedelta(days=days),
        )  # fmt: skip
    actions.record_consent(
        actor=owner, person_ids=[person_id], way=Way.WECHAT, purpose=Purpose.SERVICE, granted=True,
        proof="会话中同意发货通知", now=now - timedelta(days=2),
    )  # fmt: skip
    actions.prefer(
        actor=owner, person_ids=[person_id], language="zh", way=Way.WECHAT, quiet_from="22:00",
        quiet_until="08:00", now=now - timedelta(days=2),
    )  # fmt: skip


def _by_key(workspace_id: int) -> dict[str, int]:
    found = Identity.objects.filter(workspace_id=workspace_id)
    return {
        value.removeprefix("demo-"): pk for value, pk in found.values_list("value", "person_id")
    }
