"""What the shop knows of its people: attributes, organizations."""

from collections.abc import Mapping
from datetime import datetime

from tongxin.center.attributes.actions import define
from tongxin.center.attributes.values import Attributes, AttributeType, Thing
from tongxin.center.kit.actor import Actor
from tongxin.center.people import actions
from tongxin.center.people.models import Identity
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
    talks = [row.id for row in conversations(actor=owner) if "破损" in row.tags]
    describe_talks(actor=owner, conversation_ids=talks, attributes={"reason": "破损"}, now=now)


def _by_key(workspace_id: int) -> dict[str, int]:
    found = Identity.objects.filter(workspace_id=workspace_id)
    return {
        value.removeprefix("demo-"): pk for value, pk in found.values_list("value", "person_id")
    }
