"""The pages about people, as a browser without scripts uses them, and as the desk's scripts do."""

import pytest
from django.test import Client

from tests.make.world import NOON, World, world
from tongxin.center.accounts.models import Member, User
from tongxin.center.attributes.actions import define
from tongxin.center.attributes.values import AttributeType, Thing
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import internal_id, public_id
from tongxin.center.people.actions import create_organization, find_duplicates, index
from tongxin.center.people.models import Duplicate, Membership, Organization, Person, PersonMerge
from tongxin.center.people.queries import PersonRow, person
from tongxin.center.people.values import Address
from tongxin.service.channels.actions import Happened, tell_events
from tongxin.service.channels.ports import Arrival
from tongxin.service.channels.queries import inboxes_by_id
from tongxin.service.channels.values import Heard
from tongxin.service.conversations.actions import receive
from tongxin.service.conversations.models import Conversation


@pytest.fixture
def tea(db: None) -> World:
    return world()


@pytest.fixture
def owner(tea: World) -> Client:
    User.objects.update(language="en")
    client = Client(headers={"Accept-Language": "en", "Accept": "text/html"})
    client.force_login(Member.objects.get(pk=tea.owner.id).user)
    return client


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def attribute(tea: World, key: str, kind: AttributeType, thing: Thing, *options: str) -> None:
    define(
        actor=tea.owner,
        thing=thing,
        name=key.title(),
        type=kind,
        key=key,
        options=options,
        now=NOON,
    )


def at(person_id: int) -> str:
    return f"/desk/people/{public_id('per', person_id)}/"


def test_an_attribute_is_defined_filled_in_and_shown_beside_the_conversation(
    tea: World, owner: Client
) -> None:
    form = {
        "thing": "person",
        "name": "Level",
        "type": "choice",
        "options": "金卡\n银卡",
        "key": "tier",
    }
    assert owner.post("/studio/attributes/", form).status_code == 302
    heard = tea.write("壶盖碎了")

    owner.post(f"{at(heard.person_id)}describe/", {"attribute.tier": "金卡"})

    talk = public_id("conv", heard.conversation_id)
    shown = text(owner, f"/desk/c/{talk}/")
    assert "Level" in shown
    assert "<dd>金卡" in shown
    assert "金卡" in text(owner, at(heard.person_id))


def test_a_refusal_is_told_on_the_page_or_to_the_script(tea: World, owner: Client) -> None:
    attribute(tea, "spend", AttributeType.NUMBER, Thing.PERSON)
    place = f"{at(tea.write('你好').person_id)}describe/"

    page = owner.post(place, {"attribute.spend": "viel"}, follow=True)
    told = owner.post(place, {"attribute.spend": "viel"}, headers={"HX-Request": "true"})

    assert "A value does not fit its attribute." in page.content.decode()
    assert (told.status_code, told.json()["code"]) == (422, "attribute.value")


def test_a_conversation_is_described(tea: World, owner: Client) -> None:
    attribute(tea, "reason", AttributeType.TEXT, Thing.CONVERSATION)
    heard = tea.write("壶盖碎了")
    talk = public_id("conv", heard.conversation_id)

    owner.post(f"/desk/c/{talk}/describe/", {"attribute.reason": "运输破损"})

    assert Conversation.objects.get().attributes == {"reason": "运输破损"}
    assert "运输破损" in text(owner, f"/desk/p/{public_id('per', heard.person_id)}/?c={talk}")


def test_people_are_found_in_chinese_by_parts_and_by_attributes(tea: World, owner: Client) -> None:
    attribute(tea, "tier", AttributeType.TEXT, Thing.PERSON)
    mei, _tom = tea.written([("欧阳婉清", "你好"), ("Tom Becker", "Hi")])
    index(person_ids=Person.objects.values_list("pk", flat=True))
    owner.post(f"{at(mei.person_id)}describe/", {"attribute.tier": "金卡"})

    found = [
        text(owner, f"/desk/people/?{asked}") for asked in ("q=婉清", "q=阳", "where=tier=金卡")
    ]

    assert all("欧阳婉清" in page and "Tom Becker" not in page for page in found)
    assert "Tom Becker" in text(owner, "/desk/people/?q=beck")
    assert owner.get("/desk/people/?where=size=3").status_code == 422


def test_who_withholds_their_number_is_not_known_by_the_name_of_the_call(
    tea: World, owner: Client
) -> None:
    inbox = inboxes_by_id(inbox_ids=[tea.inbox_id])[tea.inbox_id]
    called = Arrival("CA3", Address("hidden_phone", "CA3"), "Called", NOON)
    heard = [Heard(inbox.id, inbox.workspace_id, inbox.channel, called)]
    [received] = receive(heard=heard, now=NOON)

    shown = text(owner, f"/desk/all/{public_id('conv', received.conversation_id)}/")

    assert "Number withheld" in shown
    assert "data-value>CA3" not in shown


def test_an_organization_is_made_from_the_card_and_found_again(tea: World, owner: Client) -> None:
    first, second = tea.written([("小梅", "你好"), ("Tom", "Hi")])
    for heard in (first, second):
        owner.post(f"{at(heard.person_id)}join/", {"organization": "清和 文化"})

    made = Organization.objects.get()
    page = text(owner, f"/desk/people/organizations/{public_id('org', made.pk)}/")
    assert Membership.objects.count() == 2
    assert "小梅" in page
    assert "Hi" in page
    assert "清和 文化" in text(owner, "/desk/people/organizations/?q=清和")


def test_an_organization_is_changed_and_archived(tea: World, owner: Client) -> None:
    attribute(tea, "industry", AttributeType.TEXT, Thing.ORGANIZATION)
    made = create_organization(actor=tea.owner, name="清和", now=NOON)
    place = f"/desk/people/organizations/{public_id('org', made)}/"

    owner.post(
        f"{place}change/",
        {"name": "清和文化", "domains": "qinghe.example", "attribute.industry": "茶"},
    )
    owner.post(f"{place}archive/")

    row = Organization.objects.get()
    assert (row.name, row.attributes) == ("清和文化", {"industry": "茶"})
    assert row.archived_at is not None
    assert "清和文化" not in text(owner, "/desk/people/organizations/")
    assert "清和文化" in text(owner, "/desk/people/organizations/?archived=on")


def test_nobody_sees_the_people_of_others(tea: World, owner: Client) -> None:
    theirs = world("Another").write("你好").person_id

    assert owner.get(at(theirs)).status_code == 404
    assert (
        owner.post(f"{at(theirs)}describe/", {}, headers={"HX-Request": "true"}).status_code == 204
    )
    assert Person.objects.get(pk=theirs).attributes == {}


def test_a_tag_in_a_group_is_put_on_and_taken_off(tea: World, owner: Client) -> None:
    place = at(tea.write("你好").person_id)
    owner.post(f"{place}tag/", {"add": "等级:金卡"})
    tagged, listed = text(owner, place), text(owner, "/desk/people/?tag=等级:金卡")
    owner.post(f"{place}tag/", {"remove": "等级:金卡"})

    assert 'value="等级:金卡"' in tagged
    assert '<optgroup label="等级">' in listed
    assert "小梅" in listed
    assert person_of(place).tags == []


def test_somebody_is_blocked_and_let_in_again(tea: World, owner: Client) -> None:
    place = at(tea.write("你好").person_id)
    owner.post(f"{place}block/", {"reason": "辱骂客服"})
    blocked = text(owner, "/desk/people/blocked/")
    owner.post(f"{place}unblock/")

    assert "辱骂客服" in blocked
    assert "Nobody is blocked" in text(owner, "/desk/people/blocked/")


def test_what_they_allow_is_written_down_with_its_proof(tea: World, owner: Client) -> None:
    place = at(tea.write("你好").person_id)
    word = {"way": "email", "purpose": "marketing", "granted": "yes", "proof": "会话 #74"}
    owner.post(f"{place}consent/", word)
    owner.post(f"{place}consent/", {**word, "granted": "no", "proof": "退订"})
    owner.post(f"{place}prefer/", {"way": "wechat", "quiet_from": "22:00", "quiet_until": "08:00"})

    page = text(owner, place)
    assert "会话 #74" in page
    assert page.index("退订") < page.index("会话 #74")
    assert 'value="22:00"' in page


def test_a_duplicate_is_compared_merged_and_parted_again(tea: World, owner: Client) -> None:
    attribute(tea, "tier", AttributeType.TEXT, Thing.PERSON)
    first, second = (tea.write("你好", by=name).person_id for name in ("小梅", "梅女士"))
    for one, tier in ((first, "金卡"), (second, "银卡")):
        owner.post(f"{at(one)}address/", {"kind": "phone", "value": "138 0571 2345"})
        owner.post(f"{at(one)}describe/", {"attribute.tier": tier})
    find_duplicates(person_ids=[first], now=NOON)
    there = f"{at(first)}compare/{public_id('per', second)}/"

    listed, compared = text(owner, "/desk/people/duplicates/"), text(owner, there)
    keep = {"keep": ["attribute.tier", "name"]}
    owner.post(f"{at(first)}merge/{public_id('per', second)}/", keep)
    merged = text(owner, at(first))
    merge_id = public_id("mrg", PersonMerge.objects.get().pk)
    owner.post(f"{at(first)}part/{merge_id}/")

    assert "Same phone" in listed
    assert "Take 银卡" in compared
    assert "<dd>银卡" in merged
    assert "Merged into this person" in merged
    assert person_of(at(first)).attributes == {"tier": "金卡"}
    assert person_of(at(second)).name == "梅女士"


@pytest.mark.parametrize(
    ("event", "source", "told"),
    [
        ("scan", "table-7", "Scanned a code · table-7"),
        ("blocked", "", "Takes no more messages from us"),
        ("applauded", "", "applauded"),
    ],
)
def test_what_they_did_at_their_channel_is_in_their_timeline(
    tea: World, owner: Client, event: str, source: str, told: str
) -> None:
    mei = Conversation.objects.get(pk=tea.write("壶盖碎了").conversation_id)
    did = Happened(tea.workspace_id, mei.inbox_id, "e1", event, source, mei.person_id, NOON)

    tell_events(happened=[did], now=NOON)

    assert f">{told}<" in text(owner, at(mei.person_id))


def test_two_people_are_told_apart(tea: World, owner: Client) -> None:
    ids = [tea.write("你好", by=name).person_id for name in ("小梅", "梅女士")]
    for one in ids:
        owner.post(f"{at(one)}address/", {"kind": "email", "value": "family@post.example"})
    find_duplicates(person_ids=ids, now=NOON)

    owner.post(f"/desk/people/duplicates/{public_id('dup', Duplicate.objects.get().pk)}/dismiss/")

    assert "Nobody is here twice" in text(owner, "/desk/people/duplicates/")


def person_of(place: str) -> PersonRow:
    row = Person.objects.get(pk=internal_id("per", place.split("/")[3]))
    actor = Actor(row.workspace_id, "house", 0, frozenset({"people.read"}))
    return person(actor=actor, person_id=row.pk)
