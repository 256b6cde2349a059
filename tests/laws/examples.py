"""One example call for every registered name, about any number of things.

An example prepares what it needs in a world and returns the arguments. ``new`` says that calling twice
means two things: there the door's idempotency key keeps the second from happening.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from tests.make.templates import approved, by_whatsapp, writes_there
from tests.make.world import NOON, World
from tongxin.center.accounts.actions import create_token, define_role
from tongxin.center.accounts.values import Role
from tongxin.center.attributes.actions import archive, define
from tongxin.center.attributes.values import AttributeType, Thing
from tongxin.center.federation import actions as federation
from tongxin.center.federation.models import Link
from tongxin.center.federation.values import Kind
from tongxin.center.federation.values import Plan as Federated
from tongxin.center.imports import actions as imports
from tongxin.center.imports.values import Plan as Columns
from tongxin.center.kit.actor import Actor, Reach
from tongxin.center.people import actions as people
from tongxin.center.people.models import Duplicate, Identity, PersonMerge
from tongxin.center.people.values import Address, Purpose, Way
from tongxin.center.timeline.chain import chain
from tongxin.center.timeline.models import Event, SetAside
from tongxin.service.channels.actions import (
    Outcome,
    Outgoing,
    create_inbox,
    create_key,
    enqueue,
    keep_calls,
    settle_calls,
)
from tongxin.service.channels.models import Departure
from tongxin.service.channels.ports import Call as ChannelCall
from tongxin.service.channels.queries import inboxes_by_id
from tongxin.service.conversations import actions
from tongxin.service.conversations.models import Conversation, Letter, Message, Regrouping
from tongxin.service.conversations.values import Asks, Ending, Owner, Reopens, Status
from tongxin.service.hours import actions as hours
from tongxin.service.hours.values import Hours, Span
from tongxin.service.notices.actions import Call, give, subscribe
from tongxin.service.notices.queries import notices
from tongxin.service.notices.values import About
from tongxin.service.outposts import actions as outposts
from tongxin.service.queues import actions as queues
from tongxin.service.queues.values import QueuePlan
from tongxin.service.replies.actions import (
    archive_canned,
    create_canned,
    create_macro,
    offer_review,
    schedule,
)
from tongxin.service.replies.values import Do, Step
from tongxin.service.team.actions import set_phone
from tongxin.service.team.values import State
from tongxin.service.views.actions import begin, create, work
from tongxin.service.views.values import Deed, Density, Filter, Plan, Target, Verb

Arguments = Mapping[str, Any]
PUSHES = "https://push.example/a"
BROWSER = {  # of RFC 8291, appendix A
    "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
}
LATER = NOON + timedelta(hours=1)
DAY = timedelta(days=1)
COLUMNS = Columns(("name", "email", ""))
NOON_TO_MEND = LATER - timedelta(minutes=5)
HELLO = {"name": "问候", "shortcut": "hello", "bodies": {"en": "Hello"}, "shared": True}


@dataclass(frozen=True)
class Example:
    """How a name is called. ``by`` says who calls it, where it is not the owner."""

    arguments: Callable[[World, int], Arguments]
    new: bool = False
    by: Callable[[World, Arguments], Actor] = lambda world, _arguments: world.owner


def nothing(world: World, many: int) -> Arguments:
    return {}


def some_conversations(world: World, many: int) -> Arguments:
    return {"conversation_ids": world.conversations(many)}


def with_conversations(**more: Any) -> Callable[[World, int], Arguments]:
    return lambda world, many: {"conversation_ids": world.conversations(many), **more}


def there(world: World, many: int) -> Arguments:
    """Things that a list shows; the list itself takes nothing."""
    ids = world.conversations(many)
    actions.tag(actor=world.owner, conversation_ids=ids, add=["破损", "damaged"], now=NOON)
    return {}


def snoozed(world: World, many: int) -> Arguments:
    ids = world.conversations(many)
    actions.snooze(actor=world.owner, conversation_ids=ids, until=None, now=NOON)
    return {"conversation_ids": ids}


def resolved(world: World, many: int) -> Arguments:
    ids = world.conversations(many)
    actions.resolve(actor=world.owner, conversation_ids=ids, now=NOON)
    return {"conversation_ids": ids}


def answered(world: World, many: int) -> Arguments:
    """One person's conversation, with an answer they have not read; the person is the actor."""
    heard = world.write("壶盖碎了")
    [message_id] = actions.reply(
        actor=world.owner, conversation_ids=[heard.conversation_id], text="抱歉，马上换。", now=NOON
    )
    return {"conversation_ids": [heard.conversation_id], "upto": message_id}


def rated(world: World, many: int) -> Arguments:
    [conversation_id] = resolved(world, 1)["conversation_ids"]
    return {"conversation_id": conversation_id, "score": 5, "solved": True, "comment": "谢谢"}


def the_person(world: World, arguments: Arguments) -> Actor:
    """The person whose conversation it is."""
    ids = arguments.get("conversation_ids") or [arguments["conversation_id"]]
    person_id = Conversation.objects.get(pk=ids[0]).person_id
    return Actor(world.workspace_id, "person", person_id, frozenset({"person.self"}))


def one_conversation(world: World, many: int) -> Arguments:
    heard = world.written([("小梅", f"第 {n} 句") for n in range(many)])
    return {"conversation_id": heard[0].conversation_id}


def with_mail(world: World, many: int) -> Arguments:
    """A chat whose person has mail addresses, too, and an inbox that reaches them."""
    heard = world.write("壶盖碎了")
    settings = {"address": "help@xiaoman.example", "smtp_host": "mail.example"}
    inbox_id = create_inbox(
        actor=world.owner, channel="email", name="邮箱", settings=settings, now=NOON
    )
    for n in range(many):
        people.note_address(
            actor=world.owner, person_ids=[heard.person_id], kind=people.Claimable.EMAIL,
            value=f"mei{n}@post.example", now=NOON,
        )  # fmt: skip
    found = Identity.objects.filter(person_id=heard.person_id, kind="email").order_by("pk")
    address = {"inbox_id": inbox_id, "identity_id": found[0].pk}
    return {"conversation_id": heard.conversation_id, **address}


def with_phone(world: World, _many: int) -> Arguments:
    """A chat whose person has left their number, and an inbox that calls; the owner is rung, too."""
    heard = world.write("请回电")
    people.note_address(
        actor=world.owner, person_ids=[heard.person_id], kind=people.Claimable.PHONE, value="+8613800138000",
        now=NOON,
    )  # fmt: skip
    set_phone(actor=world.owner, member_ids=[world.owner.id], phone="+8613900139000", now=NOON)
    given = {"account_sid": "AC0", "auth_token": "12345", "number": "+862155550000"}
    inbox_id = create_inbox(
        actor=world.owner, channel="phone", name="热线", settings=given, now=NOON
    )
    found = Identity.objects.get(person_id=heard.person_id, kind="phone")
    return {
        "conversation_id": heard.conversation_id,
        "inbox_id": inbox_id,
        "identity_id": found.pk,
        "member_id": world.owner.id,
    }


def one_with_mail(world: World, many: int) -> Arguments:
    return {"conversation_id": with_mail(world, many)["conversation_id"]}


def one_person(world: World, many: int) -> Arguments:
    heard = world.written([("小梅", f"第 {n} 句") for n in range(many)])
    return {"person_id": heard[0].person_id}


def merging_talks(world: World, many: int) -> Arguments:
    target, *sources = world.conversations(many + 1)
    return {"conversation_ids": sources, "into_id": target}


def merged_talks(world: World, many: int) -> Arguments:
    given = merging_talks(world, many)
    actions.merge(actor=world.owner, **given, now=NOON)
    return {"conversation_id": given["into_id"]}


def two_talks(world: World, many: int) -> Arguments:
    given = merging_talks(world, 1)
    return {"conversation_id": given["conversation_ids"][0], "into_id": given["into_id"]}


def splitting(world: World, many: int) -> Arguments:
    heard = world.written([("小梅", f"第 {n} 句") for n in range(3)])
    return {"conversation_id": heard[0].conversation_id, "message_ids": [heard[-1].message_id]}


def regrouped(example: Callable[[World, int], Arguments], verb: Any) -> Callable[..., Arguments]:
    """What was merged or split, so that it can be undone."""

    def made(world: World, many: int) -> Arguments:
        verb(actor=world.owner, **example(world, 1), now=NOON)
        return {"regrouping_id": Regrouping.objects.latest("pk").pk}

    return made


def some_people(world: World, many: int) -> Arguments:
    heard = world.written([(f"visitor {n}", "你好") for n in range(many)])
    return {"person_ids": [r.person_id for r in heard], "name": "周女士"}


def some_members(**more: Any) -> Callable[[World, int], Arguments]:
    return lambda world, many: {"member_ids": world.members(many), **more}


def listed_members(world: World, many: int) -> Arguments:
    world.members(many)
    return {}


def listed_phones(world: World, many: int) -> Arguments:
    set_phone(actor=world.owner, member_ids=world.members(many), phone="sip:a@tea", now=NOON)
    return {}


def some_tokens(world: World, many: int) -> Arguments:
    made = [
        create_token(actor=world.owner, name=f"till {n}", scopes=["inbox.read"], now=NOON)
        for n in range(many)
    ]
    return {"token_ids": [token.id for token in made]}


def linked(world: World, many: int) -> Arguments:
    """Facts in the chain, about conversations and members."""
    world.conversations(many)
    chain()
    return {}


def some_addresses(world: World, many: int) -> Arguments:
    """Addresses of people, as somebody sees them who may only uncover them."""
    ids = people_of(world, many)
    for n, pk in enumerate(ids):
        people.note_address(
            actor=world.owner, person_ids=[pk], kind=people.Claimable.EMAIL,
            value=f"mei{n}@post.example", now=NOON,
        )  # fmt: skip
    found = Identity.objects.filter(person_id__in=ids, kind="email").order_by("pk")
    return {"identity_ids": list(found.values_list("pk", flat=True))}


def who_sees_masks(world: World, _arguments: Arguments) -> Actor:
    return replace(world.owner, permissions=world.owner.permissions - {"contact.read"})


def some_roles(world: World, many: int) -> Arguments:
    made = [
        define_role(
            actor=world.owner, name=f"退换 {n}", permissions=["conversation.read"], now=NOON
        )
        for n in range(many)
    ]
    return {"role_ids": made}


def one_role(world: World, many: int) -> Arguments:
    return {
        "role_id": some_roles(world, 1)["role_ids"][0], "name": "退换组",
        "permissions": ["conversation.read", "note.write"], "reach": Reach.OWN,
    }  # fmt: skip


def listed_roles(world: World, many: int) -> Arguments:
    some_roles(world, many)
    world.members(many)
    return {}


def listed_tokens(world: World, many: int) -> Arguments:
    some_tokens(world, many)
    return {}


SLACK = {"bot_token": "xoxb-1", "signing_secret": "s", "room": "C1", "api_base": ""}


def some_outposts(world: World, many: int) -> Arguments:
    made = [
        outposts.create(actor=world.owner, plugin="slack", name=f"群 {n}", settings=SLACK, now=NOON)
        for n in range(many)
    ]
    return {"outpost_ids": made}


def one_outpost(**more: Any) -> Callable[[World, int], Arguments]:
    return lambda world, _many: {
        "outpost_id": some_outposts(world, 1)["outpost_ids"][0],
        **more,
    }


def listed_outposts(world: World, many: int) -> Arguments:
    some_outposts(world, many)
    return {}


def one_inbox(**more: Any) -> Callable[[World, int], Arguments]:
    return lambda world, _many: {"inbox_id": world.inbox_id, **more}


def some_keys(world: World, many: int) -> Arguments:
    made = [create_key(actor=world.owner, inbox_id=world.inbox_id, now=NOON) for _ in range(many)]
    return {"inbox_id": world.inbox_id, "kids": [key.kid for key in made]}


def listed_keys(world: World, many: int) -> Arguments:
    some_keys(world, many)
    return {"inbox_id": world.inbox_id}


def set_aside(world: World, many: int) -> Arguments:
    """Events that the search index could not take, and now can."""
    messages = [
        r.message_id for r in world.written([(f"visitor {n}", "你好") for n in range(many)])
    ]
    events = Event.objects.filter(kind="message.received", data__message_id__in=messages)
    rows = SetAside.objects.bulk_create(
        SetAside(
            handler="service.conversations.make_findable",
            event=event,
            workspace_id=world.workspace_id,
            error="RuntimeError()",
            set_aside_at=NOON,
        )
        for event in events
    )
    return {"set_aside_ids": [row.pk for row in rows]}


def broken_calls(world: World, many: int) -> Arguments:
    """What came in and nobody understood."""
    inbox = inboxes_by_id(inbox_ids=[world.inbox_id])[world.inbox_id]
    calls = [ChannelCall("POST", "https://desk.example/hooks/0/", {}, b"?")] * many
    ids = keep_calls(inbox=inbox, calls=calls, now=NOON)
    settle_calls(outcomes=[Outcome(pk, "broken", "hook.malformed") for pk in ids])
    return {"call_ids": ids}


def dead(world: World, many: int) -> list[int]:
    """Answers that could not be delivered; their messages."""
    said = actions.reply(
        actor=world.owner, conversation_ids=world.conversations(many), text="马上换", now=NOON
    )
    Message.objects.filter(pk__in=said).update(state="failed")
    to = ["webchat", "x", "小梅"]
    enqueue(
        outgoing=[
            Outgoing(world.workspace_id, world.inbox_id, pk, pk, {"recipient": to, "text": "马上换"})
            for pk in said
        ], now=NOON,
    )  # fmt: skip
    Departure.objects.filter(message_id__in=said).update(state="dead", failure="blocked")
    return said


def dead_departures(world: World, many: int) -> Arguments:
    found = Departure.objects.filter(message_id__in=dead(world, many))
    return {"departure_ids": list(found.order_by("pk").values_list("pk", flat=True))}


def listed(example: Callable[[World, int], Any]) -> Callable[[World, int], Arguments]:
    """Prepare what a list shows; the list itself takes nothing."""

    def prepare(world: World, many: int) -> Arguments:
        example(world, many)
        return {}

    return prepare


def listed_set_aside(world: World, many: int) -> Arguments:
    set_aside(world, many)
    return {}


def findable(world: World, many: int) -> Arguments:
    world.conversations(many)
    actions.index(message_ids=list(Message.objects.values_list("pk", flat=True)))
    return {"text": "壶盖"}


def first_words(world: World, many: int) -> Arguments:
    return {
        "inbox_id": world.inbox_id, "address": Address("webchat", f"new-{world.inbox_id}", "Tom"),
        "text": "Your order is on its way.", "client_id": "first",
    }  # fmt: skip


def one_attribute(world: World, thing: Thing, key: str) -> int:
    """Define an attribute; return its id."""
    made: int = define(
        actor=world.owner,
        thing=thing,
        name=f"属性 {key}",
        type=AttributeType.TEXT,
        key=key,
        now=NOON,
    )
    return made


def some_attributes(world: World, many: int) -> Arguments:
    keys = [f"key_{n}" for n in range(many)]
    return {"attribute_ids": [one_attribute(world, Thing.PERSON, key) for key in keys]}


def archived_attributes(world: World, many: int) -> Arguments:
    ids = some_attributes(world, many)["attribute_ids"]
    archive(actor=world.owner, attribute_ids=ids, now=NOON)
    return {"attribute_ids": ids}


def listed_attributes(world: World, many: int) -> Arguments:
    some_attributes(world, many)
    return {}


def people_of(world: World, many: int) -> list[int]:
    said = [(f"visitor {n}", "你好") for n in range(many)]
    return [r.person_id for r in world.written(said)]


def described_people(world: World, many: int) -> Arguments:
    one_attribute(world, Thing.PERSON, "tier")
    return {"person_ids": people_of(world, many), "attributes": {"tier": "金卡"}}


def described_conversations(world: World, many: int) -> Arguments:
    one_attribute(world, Thing.CONVERSATION, "reason")
    return {"conversation_ids": world.conversations(many), "attributes": {"reason": "壶盖碎了"}}


def found_people(world: World, many: int) -> Arguments:
    described = described_people(world, many)
    people.describe(actor=world.owner, now=NOON, **described)
    people.index(person_ids=described["person_ids"])
    return {"where": ["tier=金卡"], "text": "visitor"}


def some_organizations(world: World, many: int) -> Arguments:
    names = [f"清和文化 {n}" for n in range(many)]
    return {
        "organization_ids": [
            people.create_organization(
                actor=world.owner, name=name, domains=[f"{n}.qinghe.example"], now=NOON
            )
            for n, name in enumerate(names)
        ]
    }


def one_organization(world: World, many: int) -> int:
    """Found an organization with some people in it."""
    made: int = some_organizations(world, 1)["organization_ids"][0]
    people.join(
        actor=world.owner, person_ids=people_of(world, many), organization_id=made, now=NOON
    )
    return made


def archived_organizations(world: World, many: int) -> Arguments:
    ids = some_organizations(world, many)["organization_ids"]
    people.archive_organizations(actor=world.owner, organization_ids=ids, now=NOON)
    return {"organization_ids": ids}


def described_organizations(world: World, many: int) -> Arguments:
    one_attribute(world, Thing.ORGANIZATION, "industry")
    return {**some_organizations(world, many), "attributes": {"industry": "茶"}}


def listed_organizations(world: World, many: int) -> Arguments:
    some_organizations(world, many)
    return {"text": "清和"}


def joining(world: World, many: int) -> Arguments:
    return {
        "person_ids": people_of(world, many),
        "organization_id": some_organizations(world, 1)["organization_ids"][0],
    }


def leaving(world: World, many: int) -> Arguments:
    arguments = joining(world, many)
    people.join(actor=world.owner, now=NOON, **arguments)
    return arguments


def tagged_people(world: World, many: int) -> Arguments:
    ids = people_of(world, many)
    people.tag(actor=world.owner, person_ids=ids, add=["等级:金卡", "新客"], now=NOON)
    return {"person_ids": ids, "add": ["等级:银卡", "回头客"], "remove": ["等级:金卡"]}


def listed_tags(world: World, many: int) -> Arguments:
    tagged_people(world, many)
    return {}


def blocking(world: World, many: int) -> Arguments:
    return {"person_ids": people_of(world, many), "reason": "辱骂客服"}


def blocked_people(world: World, many: int) -> Arguments:
    arguments = blocking(world, many)
    people.block(actor=world.owner, now=NOON, **arguments)
    return {"person_ids": arguments["person_ids"]}


def consenting(world: World, many: int) -> Arguments:
    return {
        "person_ids": people_of(world, many), "way": Way.EMAIL, "purpose": Purpose.MARKETING,
        "granted": True, "proof": "在会话中同意",
    }  # fmt: skip


def consented(world: World, many: int) -> Arguments:
    arguments = consenting(world, 1)
    for n in range(many):
        proof = f"第 {n} 次"
        people.record_consent(actor=world.owner, now=NOON, **{**arguments, "proof": proof})
    return {"person_id": arguments["person_ids"][0]}


def preferring(world: World, many: int) -> Arguments:
    return {
        "person_ids": people_of(world, many), "language": "zh", "way": Way.WECHAT,
        "quiet_from": "22:00", "quiet_until": "08:00",
    }  # fmt: skip


def noting(world: World, many: int) -> Arguments:
    return {
        "person_ids": people_of(world, many), "kind": people.Claimable.PHONE, "value": "138 0571 2345",
    }  # fmt: skip


def merging(world: World, many: int) -> Arguments:
    into, *ids = people_of(world, many + 1)
    one_attribute(world, Thing.PERSON, "tier")
    for n, pk in enumerate(ids):
        people.describe(actor=world.owner, person_ids=[pk], attributes={"tier": f"{n}"}, now=NOON)
    return {"person_ids": ids, "into_id": into, "keep": ["name"]}


def merged_people(world: World, many: int) -> Arguments:
    """Merges that have nothing to do with each other."""
    everybody = people_of(world, 2 * many)
    for source, target in zip(everybody[:many], everybody[many:], strict=True):
        people.merge(actor=world.owner, person_ids=[source], into_id=target, now=NOON)
    return {
        "merge_ids": list(PersonMerge.objects.order_by("pk").values_list("pk", flat=True))[-many:]
    }


def listed_merges(world: World, many: int) -> Arguments:
    arguments = merging(world, many)
    people.merge(actor=world.owner, now=NOON, **arguments)
    return {"person_id": arguments["into_id"]}


def comparing(world: World, many: int) -> Arguments:
    [person_id, other_id] = people_of(world, 2)
    return {"person_id": person_id, "other_id": other_id}


def some_duplicates(world: World, many: int) -> Arguments:
    noted = noting(world, many + 1)
    people.note_address(actor=world.owner, now=NOON, **noted)
    people.find_duplicates(person_ids=noted["person_ids"][:1], now=NOON)
    mine = Duplicate.objects.filter(workspace_id=world.workspace_id)
    return {"duplicate_ids": list(mine.order_by("pk").values_list("pk", flat=True))}


def listed_duplicates(world: World, many: int) -> Arguments:
    some_duplicates(world, many)
    return {}


def drafted(world: World, many: int) -> Arguments:
    return {"conversation_id": world.conversations(1)[0], "text": "您好"}


def there_waiting(world: World, many: int) -> Arguments:
    return {"conversation_ids": world.conversations(many)}


def one_status(world: World, name: str, category: Status = Status.ON_HOLD) -> int:
    made: int = actions.create_status(
        actor=world.owner, category=category, name=name, shown="处理中", now=NOON
    )
    return made


def one_topic(world: World, name: str) -> int:
    made: int = actions.create_topic(actor=world.owner, name=name, now=NOON)
    return made


def listed_topics(world: World, many: int) -> Arguments:
    for n in range(many):
        one_topic(world, f"物流 {n}")
    return {}


def wrapping_up(world: World, many: int) -> Arguments:
    described = described_conversations(world, many)
    return {**described, "topic_id": one_topic(world, "物流"), "text": "已补发"}


def wrapped_up(world: World, many: int) -> Arguments:
    arguments = wrapping_up(world, many)
    actions.wrap_up(actor=world.owner, now=NOON, **arguments)
    return {"conversation_ids": arguments["conversation_ids"]}


def with_form(world: World, many: int) -> Arguments:
    actions.set_wrap_up(
        actor=world.owner, inbox_ids=[world.inbox_id], asks=Asks.MUST, is_strict=True, now=NOON
    )
    return {}


def listed_statuses(world: World, many: int) -> Arguments:
    for n in range(many):
        one_status(world, f"等仓库 {n}")
    return {}


def second_status(world: World, many: int) -> Arguments:
    one_status(world, "等仓库")
    return {"status_id": one_status(world, "等快递")}


def some_jobs(world: World, many: int) -> Arguments:
    targets = [Target((pk,)) for pk in world.conversations(many)]
    begun = [
        begin(actor=world.owner, deed=Deed(Verb.RESOLVE), target=target, now=NOON)
        for target in targets
    ]
    return {"job_ids": begun}


def problems_of_a_job(world: World, many: int) -> Arguments:
    """Nothing is put aside that is resolved."""
    target = Target(tuple(resolved(world, many)["conversation_ids"]))
    job_id = begin(actor=world.owner, deed=Deed(Verb.SNOOZE), target=target, now=NOON)
    work(now=NOON, job_id=job_id)
    return {"job_id": job_id}


def some_views(world: World, many: int) -> Arguments:
    made = [
        create(actor=world.owner, name=f"view {n}", plan=Plan(), is_shared=True, now=NOON)
        for n in range(many)
    ]
    return {"view_ids": made}


def listed_views(world: World, many: int) -> Arguments:
    some_views(world, many)
    return {}


def a_table(world: World, many: int = 2) -> int:
    """Open a table of people: new ones, and one with a wrong address."""
    rows = "".join(f"新客{n},new{n}@example.com,\n" for n in range(many))
    return imports.open_table(
        actor=world.owner, name="会员.csv", text=f"姓名,邮箱,备注\n{rows}错,nobody,\n", now=NOON
    )


def some_tables(world: World, many: int) -> Arguments:
    return {"import_ids": [a_table(world) for _ in range(many)]}


def running_tables(world: World, many: int) -> Arguments:
    ids = [checked_table(world)["import_id"] for _ in range(many)]
    for import_id in ids:
        imports.begin(actor=world.owner, import_id=import_id, now=NOON)
    return {"import_ids": ids}


def checked_table(world: World, many: int = 2) -> Arguments:
    import_id = a_table(world, many)
    imports.check_plan(actor=world.owner, import_id=import_id, plan=COLUMNS, now=NOON)
    imports.work(now=NOON, import_id=import_id)
    return {"import_id": import_id}


def imported_table(world: World, many: int = 2) -> Arguments:
    told = checked_table(world, many)
    imports.begin(actor=world.owner, import_id=told["import_id"], now=NOON)
    imports.work(now=NOON, import_id=told["import_id"])
    return told


def listed_tables(world: World, many: int) -> Arguments:
    for _ in range(min(many, 19)):
        a_table(world, many)
    return {}


def listed_jobs(world: World, many: int) -> Arguments:
    some_jobs(world, many)
    return {}


def one_view(**more: Any) -> Callable[[World, int], Arguments]:
    return lambda world, _many: {"view_id": some_views(world, 1)["view_ids"][0], **more}


def viewed(world: World, many: int) -> Arguments:
    world.conversations(many)
    return one_view()(world, many)


def some_canned(world: World, many: int) -> Arguments:
    made = [
        create_canned(
            actor=world.owner, name=f"第 {n} 句", shortcut=f"hi{n}", shared=True,
            bodies={"zh-hans": "您好 {{person.name}}", "en": "Hello {{person.name}}"}, now=NOON,
        )
        for n in range(many)
    ]  # fmt: skip
    return {"canned_ids": made}


def archived_canned(world: World, many: int) -> Arguments:
    arguments = some_canned(world, many)
    archive_canned(actor=world.owner, **arguments, now=NOON)
    return arguments


def listed_canned(world: World, many: int) -> Arguments:
    some_canned(world, many)
    return {}


def one_canned(**more: Any) -> Callable[[World, int], Arguments]:
    return lambda world, many: {"canned_id": some_canned(world, many)["canned_ids"][0], **more}


def fitting_canned(world: World, many: int) -> Arguments:
    some_canned(world, many)
    return {"conversation_id": world.conversations(1)[0], "text": "hi"}


def some_held(**more: Any) -> Callable[[World, int], Arguments]:
    def arguments(world: World, many: int) -> Arguments:
        ids = world.conversations(many)
        held = schedule(
            actor=world.owner, conversation_ids=ids, text="明天到货", at=LATER + DAY, now=NOON
        )
        return {"held_ids": held, **more}

    return arguments


def offered(world: World, many: int) -> Arguments:
    """Words of a colleague, for the owner to look at."""
    ids = world.conversations(many)
    by = world.member()
    held = offer_review(
        actor=by, conversation_ids=ids, text="九折", reviewer_id=world.owner.id, now=NOON
    )
    return {"held_ids": held}


def listed_held(world: World, many: int) -> Arguments:
    some_held()(world, many)
    return {}


def some_notices(world: World, many: int) -> list[int]:
    """Call the owner to as many conversations; return these."""
    ids = world.conversations(many)
    by = world.member().label
    calls = [
        Call(world.workspace_id, world.owner.id, About.MENTION, pk, by, pk, NOON, "@李工")
        for pk in ids
    ]
    give(calls=calls)
    return ids


def listed_notices(world: World, many: int) -> Arguments:
    some_notices(world, many)
    return {}


def waiting_notices(world: World, many: int) -> Arguments:
    some_notices(world, many)
    return {"notice_ids": [row.id for row in notices(actor=world.owner)]}


def some_devices(world: World, many: int) -> list[int]:
    """Let as many browsers take the owner's pushes."""
    return [
        subscribe(
            actor=world.owner,
            endpoint=f"{PUSHES}/{world.workspace_id}/{n}",
            **BROWSER,
            device="Chrome",
            now=NOON,
        )
        for n in range(min(many, 20))
    ]


def listed_devices(world: World, many: int) -> Arguments:
    some_devices(world, many)
    return {}


def steps_of(world: World) -> list[Step]:
    [canned_id] = some_canned(world, 1)["canned_ids"]
    return [
        Step(Do.RESOLVE), Step(Do.REPLY, canned_id=canned_id), Step(Do.TAG, tags=("换货",)),
        Step(Do.ASSIGN, member_id=world.owner.id),
    ]  # fmt: skip


def one_macro(world: World, many: int) -> Arguments:
    steps = steps_of(world)
    return {
        "macro_id": create_macro(actor=world.owner, name="x", steps=steps, shared=True, now=NOON)
    }


def some_macros(world: World, many: int) -> Arguments:
    steps = steps_of(world)
    made = [
        create_macro(actor=world.owner, name=f"x{n}", steps=steps, shared=True, now=NOON)
        for n in range(many)
    ]
    return {"macro_ids": made}


def listed_macros(world: World, many: int) -> Arguments:
    some_macros(world, many)
    return {}


def said_by_owner(world: World, many: int) -> list[int]:
    ids = world.conversations(many)
    return actions.reply(actor=world.owner, conversation_ids=ids, text="您好", now=NOON_TO_MEND)


def mended(world: World, many: int) -> Arguments:
    [message_id] = said_by_owner(world, 1)
    for number in range(many):
        actions.edit(actor=world.owner, message_id=message_id, text=f"{number}", now=NOON_TO_MEND)
    return {"message_id": message_id}


def mailed(world: World, many: int) -> Arguments:
    received = world.written([(f"{number}", "壶裂了") for number in range(max(many, 1))])
    for one in received:
        Letter.objects.create(message_id=one.message_id, subject="茶壶", whole="壶裂了\n> 您好")
    return {"message_id": received[0].message_id}


def copied(world: World, many: int, **more: object) -> Arguments:
    message_id = mailed(world, many)["message_id"]
    talk = Message.objects.get(pk=message_id).conversation_id
    sender = {"kind": "email", "value": "mei@example.com", "name": "小梅"}
    Letter.objects.filter(message_id=message_id).update(sender=sender, copied=[sender] * many)
    return {"conversation_id": talk, **more}


def listed_templates(world: World, many: int) -> Arguments:
    inbox_id = by_whatsapp(world)
    for number in range(many):
        approved(inbox_id, f"template_{number}")
    return {"inbox_id": inbox_id}


def one_template(world: World, many: int) -> Arguments:
    inbox_id = listed_templates(world, many)["inbox_id"]
    talk, values = writes_there(world, inbox_id).conversation_id, {"name": "Tom", "no": "88"}
    template_id = approved(inbox_id)
    return {
        "conversation_id": talk,
        "template_id": template_id,
        "values": values,
        "client_id": "t1",
    }


def hours_of(opens: str = "09:00") -> Hours:
    return Hours("Asia/Shanghai", ((Span(opens, "18:00"),),) * 5 + ((), ()))


def one_calendar(world: World, name: str = "白班") -> int:
    made: int = hours.create(actor=world.owner, name=name, hours=hours_of(), now=NOON)
    return made


def listed_calendars(world: World, many: int) -> Arguments:
    for number in range(many):
        one_calendar(world, f"白班 {number}")
    return {}


def some_connections(world: World, many: int) -> Arguments:
    plan = Federated(name="公司账号", address="https://login.example", client_id="tongxin")
    made = [
        federation.create(actor=world.owner, kind=Kind.OIDC, plan=plan, now=NOON)
        for _ in range(many)
    ]
    return {"connection_ids": made}


def listed_connections(world: World, many: int) -> Arguments:
    some_connections(world, many)
    return {}


def one_connection(world: World, many: int) -> Arguments:
    return {"connection_id": some_connections(world, 1)["connection_ids"][0]}


def linked_members(world: World, many: int) -> Arguments:
    given = one_connection(world, many)
    members = world.members(many)
    Link.objects.bulk_create(
        Link(connection_id=given["connection_id"], issuer="there", subject=str(pk), member_id=pk,
             linked_at=NOON, last_at=NOON)
        for pk in members
    )  # fmt: skip
    return {**given, "member_ids": members}


def one_queue(world: World, name: str = "售后") -> int:
    made: int = queues.create(actor=world.owner, name=name, now=NOON)
    return made


def some_queues(world: World, many: int) -> Arguments:
    return {"queue_ids": [one_queue(world, f"售后 {number}") for number in range(many)]}


def ended_queues(world: World, many: int) -> Arguments:
    for n in range(many):
        queues.set_ending(
            actor=world.owner, queue_id=one_queue(world, f"售后 {n}"), ending=Ending(asks=Asks.MAY),
            now=NOON,
        )  # fmt: skip
    return {}


def listed_queues(world: World, many: int) -> Arguments:
    some_queues(world, many)
    return {}


EXAMPLES: dict[str, Example] = {
    "audit.export": Example(linked, new=True),
    "audit.list": Example(linked),
    "audit.retention": Example(nothing),
    "audit.set_retention": Example(lambda _w, _m: {"days": 365}),
    "audit.verify": Example(linked),
    "calendar.change": Example(
        lambda w, _m: {"calendar_id": one_calendar(w), "name": "晚班", "hours": hours_of("13:00")}
    ),
    "calendar.create": Example(lambda _w, _m: {"name": "白班", "hours": hours_of()}),
    "calendar.get": Example(lambda w, _m: {"calendar_id": one_calendar(w)}),
    "calendar.list": Example(listed_calendars),
    "calendar.remove": Example(lambda w, _m: {"calendar_id": one_calendar(w)}),
    "canned.archive": Example(some_canned),
    "canned.change": Example(one_canned(**HELLO)),
    "canned.create": Example(lambda _w, _m: HELLO, new=True),
    "canned.find": Example(fitting_canned),
    "canned.get": Example(one_canned()),
    "canned.list": Example(listed_canned),
    "canned.preview": Example(
        lambda world, many: {**one_conversation(world, many), "text": "您好 {{person.name}}"}
    ),
    "canned.restore": Example(archived_canned),
    "canned.use": Example(some_canned, new=True),
    "phone.list": Example(listed_phones),
    "phone.set": Example(some_members(phone="+86 138 0013 8000")),
    "status.change": Example(
        lambda w, _m: {**second_status(w, 1), "name": "等厂家", "is_default": True}
    ),
    "status.create": Example(
        lambda _w, _m: {"category": Status.ON_HOLD, "name": "等仓库", "shown": "处理中"}
    ),
    "status.list": Example(listed_statuses),
    "status.move": Example(lambda w, m: {**second_status(w, m), "place": 1}),
    "conversation.set_status": Example(
        lambda w, many: {**some_conversations(w, many), "status_id": one_status(w, "等仓库")}
    ),
    "inbox.set_reopening": Example(lambda w, _m: {"inbox_ids": [w.inbox_id], "days": None}),
    "conversation.statistics": Example(some_conversations),
    "conversation.ways": Example(one_with_mail),
    "conversation.wrap_up": Example(wrapping_up),
    "conversation.wrap_ups": Example(wrapped_up),
    "inbox.set_wrap_up": Example(lambda w, _m: {"inbox_ids": [w.inbox_id], "asks": Asks.MAY}),
    "inbox.wrap_ups": Example(with_form),
    "topic.change": Example(
        lambda w, _m: {"topic_id": one_topic(w, "物流"), "name": "快递", "is_enabled": False}
    ),
    "topic.create": Example(lambda w, _m: {"name": "延误", "parent_id": one_topic(w, "物流")}),
    "topic.list": Example(listed_topics),
    "attribute.archive": Example(some_attributes),
    "attribute.change": Example(
        lambda w, _m: {"attribute_id": one_attribute(w, Thing.PERSON, "tier"), "name": "等级"}
    ),
    "attribute.define": Example(
        lambda _w, _m: {
            "thing": Thing.PERSON,
            "name": "等级",
            "type": AttributeType.CHOICE,
            "key": "tier",
            "options": ["金卡", "银卡"],
        }
    ),
    "attribute.list": Example(listed_attributes),
    "attribute.restore": Example(archived_attributes),
    "capacity.set": Example(some_members(capacity=3)),
    "consent.record": Example(consenting),
    "conversation.assign": Example(
        lambda world, many: {**some_conversations(world, many), "member_id": world.owner.id}
    ),
    "conversation.count": Example(there),
    "conversation.describe": Example(described_conversations),
    "conversation.export": Example(
        lambda world, many: {"target": Target(tuple(world.conversations(many)))}, new=True
    ),
    "conversation.get": Example(one_conversation),
    "conversation.hand_over": Example(
        lambda world, many: {
            **some_conversations(world, many),
            "to": Owner.AGENT,
            "member_id": world.owner.id,
            "reason": "我要下班了",
            "summary": "壶盖碎了，要换新的",
            "tried": ["查过订单"],
        }
    ),
    "conversation.hold": Example(with_conversations(text="您好", client_id="h1")),
    "conversation.choose_copies": Example(
        lambda w, m: copied(w, m, client_id="c1", addresses=["tom@example.com"])
    ),
    "conversation.copies": Example(copied),
    "conversation.list": Example(there),
    "conversation.note": Example(with_conversations(text="同批次", client_id="n1")),
    "conversation.of_organization": Example(
        lambda w, many: {"organization_id": one_organization(w, many)}
    ),
    "conversation.of_person": Example(one_person),
    "conversation.rate": Example(rated, by=the_person),
    "conversation.offer_review": Example(with_conversations(text="九折", client_id="o1")),
    "conversation.reopen": Example(resolved),
    "conversation.reply": Example(with_conversations(text="您好", client_id="r1")),
    "conversation.resolve": Example(some_conversations),
    "conversation.run_macro": Example(
        lambda world, many: {
            **some_conversations(world, many),
            **one_macro(world, 1),
            "client_id": "m",
        }
    ),
    "conversation.schedule": Example(
        with_conversations(text="明天到货", at=LATER + DAY, client_id="s1")
    ),
    "conversation.send_template": Example(one_template),
    "conversation.see": Example(some_conversations),
    "conversation.snooze": Example(with_conversations(until=LATER + timedelta(days=1))),
    "conversation.call": Example(with_phone),
    "conversation.start": Example(first_words),
    "conversation.switch": Example(with_mail),
    "conversation.tag": Example(with_conversations(add=["破损"], remove=["新"])),
    "conversation.wake": Example(snoozed),
    "desk.arrange": Example(lambda _w, _m: {"density": Density.COMPACT, "panes": 2}),
    "draft.save": Example(drafted),
    "import.open": Example(
        lambda _world, _many: {"name": "会员.csv", "text": "姓名,手机\n小梅,13805712345\n"},
        new=True,
    ),
    "import.check": Example(
        lambda world, _many: {"import_id": a_table(world), "plan": COLUMNS}, new=True
    ),
    "import.begin": Example(lambda world, _many: checked_table(world)),
    "import.cancel": Example(running_tables),
    "import.undo": Example(lambda world, _many: imported_table(world)),
    "import.discard": Example(some_tables),
    "import.list": Example(listed_tables),
    "import.get": Example(lambda world, many: {"import_id": a_table(world, many)}),
    "import.rows": Example(imported_table),
    "job.begin": Example(
        lambda world, many: {
            "deed": Deed(Verb.RESOLVE),
            "target": Target(tuple(world.conversations(many))),
        },
        new=True,
    ),
    "job.cancel": Example(some_jobs),
    "job.get": Example(lambda world, _many: {"job_id": some_jobs(world, 1)["job_ids"][0]}),
    "job.list": Example(listed_jobs),
    "job.problems": Example(problems_of_a_job),
    "held.approve": Example(offered),
    "held.cancel": Example(some_held()),
    "held.give_back": Example(lambda world, many: {**offered(world, many), "remark": "九五折"}),
    "held.list": Example(listed_held),
    "held.release": Example(some_held()),
    "held.reschedule": Example(some_held(at=LATER + 2 * DAY)),
    "held.set_undo": Example(lambda _w, _m: {"seconds": 5}),
    "duplicate.dismiss": Example(some_duplicates),
    "duplicate.list": Example(listed_duplicates),
    "identity.reveal": Example(some_addresses, new=True, by=who_sees_masks),
    "inbox.change": Example(one_inbox(name="门店", settings={}, enabled=False)),
    "inbox.create": Example(lambda _w, _m: {"channel": "webchat", "name": "官网"}, new=True),
    "inbox.create_key": Example(one_inbox(), new=True),
    "inbox.fetch_templates": Example(one_inbox(), new=True),
    "template.list": Example(listed_templates),
    "inbox.get": Example(one_inbox()),
    "inbox.health": Example(listed(dead)),
    "inbox.set_up": Example(one_inbox(origin="https://desk.example"), new=True),
    "inbox.try_out": Example(one_inbox()),
    "outpost.change": Example(
        one_outpost(name="门店群", settings={**SLACK, "room": "C2"}, wants=["waiting"], minutes=5)
    ),
    "outpost.create": Example(
        lambda _w, _m: {"plugin": "slack", "name": "售后群", "settings": SLACK}, new=True
    ),
    "outpost.get": Example(one_outpost()),
    "outpost.list": Example(listed_outposts),
    "outpost.remove": Example(some_outposts),
    "call.discard": Example(broken_calls),
    "call.list": Example(listed(broken_calls)),
    "call.replay": Example(broken_calls),
    "departure.discard": Example(dead_departures),
    "departure.list": Example(listed(dead)),
    "departure.replay": Example(dead_departures),
    "message.retry": Example(lambda world, many: {"message_ids": dead(world, many)}),
    "inbox.keys": Example(listed_keys),
    "inbox.list": Example(nothing),
    "inbox.retire_key": Example(some_keys),
    "macro.archive": Example(some_macros),
    "macro.change": Example(
        lambda world, many: {
            **one_macro(world, many),
            "name": "y",
            "steps": [Step(Do.RESOLVE)],
            "shared": True,
        }
    ),
    "macro.create": Example(
        lambda world, _m: {"name": "换货", "steps": steps_of(world), "shared": True}, new=True
    ),
    "macro.list": Example(listed_macros),
    "member.add": Example(
        lambda _w, _m: {"email": "amelie@xiaoman.example", "name": "Amélie", "role": Role.AGENT}
    ),
    "member.change_role": Example(some_members(role=Role.ADMIN)),
    "member.list": Example(listed_members),
    "member.remove": Example(some_members()),
    "message.edit": Example(
        lambda world, _m: {"message_id": said_by_owner(world, 1)[0], "text": "您好！"}
    ),
    "message.got": Example(answered, by=the_person),
    "message.whole": Example(mailed),
    "message.history": Example(mended),
    "message.read": Example(answered, by=the_person),
    "message.recall": Example(lambda world, many: {"message_ids": said_by_owner(world, many)}),
    "message.search": Example(findable),
    "notice.choose": Example(lambda _w, _m: {"wishes": ["mine.sound", "called.mail"]}),
    "notice.count": Example(listed_notices),
    "notice.devices": Example(listed_devices),
    "notice.list": Example(listed_notices),
    "notice.read": Example(waiting_notices),
    "notice.read_about": Example(
        lambda world, many: {"conversation_ids": some_notices(world, many)}
    ),
    "notice.subscribe": Example(lambda _w, _m: {"endpoint": f"{PUSHES}/new", **BROWSER}),
    "notice.unsubscribe": Example(lambda w, m: {"push_ids": some_devices(w, m)}),
    "notice.wishes": Example(lambda _w, _m: {}),
    "organization.archive": Example(some_organizations),
    "organization.change": Example(
        lambda w, _m: {
            "organization_id": one_organization(w, 1),
            "name": "清和",
            "domains": ["qinghe.example"],
        }
    ),
    "organization.create": Example(
        lambda _w, _m: {"name": "清和文化", "domains": ["qinghe.example"]}
    ),
    "organization.describe": Example(described_organizations),
    "organization.get": Example(lambda w, many: {"organization_id": one_organization(w, many)}),
    "organization.list": Example(listed_organizations),
    "organization.restore": Example(archived_organizations),
    "conversation.merge": Example(merging_talks),
    "conversation.merge_preview": Example(two_talks),
    "conversation.regroupings": Example(merged_talks),
    "conversation.split": Example(splitting),
    "conversation.unmerge": Example(regrouped(merging_talks, actions.merge)),
    "conversation.unsplit": Example(regrouped(splitting, actions.split)),
    "person.block": Example(blocking),
    "person.change": Example(some_people),
    "person.compare": Example(comparing),
    "person.consents": Example(consented),
    "person.describe": Example(described_people),
    "person.get": Example(one_person),
    "person.join": Example(joining),
    "person.leave": Example(leaving),
    "person.list": Example(found_people),
    "person.merge": Example(merging),
    "person.merges": Example(listed_merges),
    "person.note_address": Example(noting),
    "person.prefer": Example(preferring),
    "person.tag": Example(tagged_people),
    "person.timeline": Example(one_person),
    "person.unblock": Example(blocked_people),
    "person.unmerge": Example(merged_people),
    "person_tag.list": Example(listed_tags),
    "presence.list": Example(listed_members),
    "presence.sheet": Example(
        lambda world, many: {
            **listed_members(world, many),
            "since": NOON,
            "until": NOON + timedelta(days=1),
        }
    ),
    "presence.set": Example(lambda _w, _m: {"state": State.ONLINE}),
    "conversation.move": Example(
        lambda w, m: {**some_conversations(w, m), "queue_id": one_queue(w)}
    ),
    "inbox.set_queue": Example(lambda w, _m: {"inbox_ids": [w.inbox_id], "queue_id": one_queue(w)}),
    "connection.change": Example(
        lambda w, m: {**one_connection(w, m), "plan": Federated(name="员工账号", takes_new=True)}
    ),
    "connection.create": Example(
        lambda _w, _m: {"kind": Kind.SAML, "plan": Federated(name="公司账号")}, new=True
    ),
    "connection.links": Example(
        lambda w, m: {"connection_id": linked_members(w, m)["connection_id"]}
    ),
    "connection.list": Example(listed_connections),
    "connection.remove": Example(some_connections),
    "connection.switch": Example(lambda w, m: {**some_connections(w, m), "is_on": True}),
    "connection.unlink": Example(linked_members),
    "queue.change": Example(
        lambda w, _m: {
            "queue_id": one_queue(w),
            "name": "售前",
            "plan": QueuePlan(idle_minutes=10, calendar_id=one_calendar(w)),
        }
    ),
    "queue.close": Example(some_queues),
    "queue.create": Example(lambda _w, _m: {"name": "售后", "plan": QueuePlan(idle_minutes=10)}),
    "queue.endings": Example(ended_queues),
    "queue.list": Example(listed_queues),
    "queue.now": Example(listed_queues),
    "queue.set_ending": Example(
        lambda w, _m: {"queue_id": one_queue(w), "ending": Ending(Reopens.WITHIN, 30, Asks.MAY)}
    ),
    "queue.set_members": Example(
        lambda w, _m: {"queue_id": one_queue(w), "member_ids": w.members(2)}
    ),
    "role.change": Example(one_role),
    "role.define": Example(
        lambda _w, _m: {"name": "退换", "permissions": ["conversation.read"]}, new=True
    ),
    "role.list": Example(listed_roles),
    "role.remove": Example(some_roles),
    "role.require_second_step": Example(lambda _w, _m: {"role": Role.ADMIN, "required": True}),
    "routing.list": Example(nothing),
    "routing.set": Example(
        lambda world, _many: {"inbox_ids": [world.inbox_id], "weight": 5, "skills": ["刻字"]}
    ),
    "routing.why": Example(there_waiting),
    "set_aside.drop": Example(set_aside),
    "set_aside.list": Example(listed_set_aside),
    "set_aside.retry": Example(set_aside),
    "skills.set": Example(some_members(skills=["刻字"], languages=["zh"])),
    "tag.list": Example(there),
    "token.create": Example(lambda _w, _m: {"name": "till", "scopes": ["inbox.read"]}, new=True),
    "token.list": Example(listed_tokens),
    "token.revoke": Example(some_tokens),
    "view.change": Example(
        one_view(name="投诉", plan=Plan(Filter(tags_any=("投诉",))), is_shared=True)
    ),
    "view.create": Example(
        lambda _w, _m: {
            "name": "投诉",
            "plan": Plan(Filter(tags_any=("投诉",))),
            "is_shared": True,
        },
        new=True,
    ),
    "view.list": Example(listed_views),
    "view.pin": Example(some_views),
    "view.remove": Example(some_views),
    "view.rows": Example(viewed),
    "workspace.change": Example(
        lambda _w, _m: {"name": "Xiaoman Tea", "language": "en", "time_zone": "Europe/Berlin"}
    ),
    "workspace.get": Example(nothing),
}
