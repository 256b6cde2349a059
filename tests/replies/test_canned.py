"""Canned replies: written down, found, filled in, and never sent half empty."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.make.world import NOON, World, world
from tongxin.center.accounts.values import Role
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.refusals import Refused
from tongxin.center.people.actions import claim_email
from tongxin.service.conversations.actions import note, reply
from tongxin.service.conversations.models import Conversation, Message
from tongxin.service.replies.actions import (
    archive_canned,
    change_canned,
    create_canned,
    restore_canned,
    use_canned,
)
from tongxin.service.replies.queries import canned_replies, find_canned, preview_canned

BODIES = {"zh-hans": "您好{{person.name}}", "en": "Hello {{person.name}}"}


def made(actor: Actor, **more: Any) -> int:
    wanted = {"name": "问候", "shortcut": "hello", "bodies": BODIES, "shared": True, **more}
    return create_canned(actor=actor, **wanted, now=NOON)


def said(tea: World, conversation_id: int, text: str = "hello") -> list[str]:
    found = find_canned(actor=tea.owner, conversation_id=conversation_id, text=text, now=NOON)
    return [ready.text for ready in found]


@pytest.mark.parametrize(
    ("wrote", "told"),
    [("壶盖碎了", "您好小梅"), ("My lid broke", "Hello 小梅"), ("123", "您好小梅")],
)
def test_it_is_said_in_the_language_the_person_writes(tea: World, wrote: str, told: str) -> None:
    made(tea.owner)

    assert said(tea, tea.write(wrote).conversation_id) == [told]


def test_a_language_nobody_wrote_it_in_falls_back_to_the_house_s(tea: World) -> None:
    made(tea.owner)

    assert said(tea, tea.write("急須はありますか").conversation_id) == ["您好小梅"]


def test_lines_typed_in_a_browser_end_as_lines_do_everywhere(tea: World) -> None:
    made(tea.owner, bodies={"zh-hans": "您好\r\n\r\n再见"})

    assert said(tea, tea.write("壶盖碎了").conversation_id) == ["您好\n\n再见"]


def test_every_variable_has_its_value(tea: World) -> None:
    mine = tea.write("你好")
    claim_email(
        workspace_id=tea.workspace_id, person_id=mine.person_id, email="mei@post.example", now=NOON
    )
    text = (
        "{{person.email}} {{agent.name}} #{{conversation.number}} {{inbox.name}} {{workspace.name}} "
        '{{date.today|date:"M月D日 HH:mm"}}'
    )

    ready = preview_canned(
        actor=tea.owner, conversation_id=mine.conversation_id, text=text, now=NOON
    )

    number = Conversation.objects.get().number
    assert ready.text == f"mei@post.example 李工 #{number} 网店 小满茶具 11月21日 12:00"
    assert not ready.empty


def test_what_is_empty_is_named_and_cannot_be_sent(tea: World) -> None:
    made(tea.owner, bodies={"en": "We call you at {{person.phone}}"})
    mine = tea.write("你好")
    [ready] = find_canned(
        actor=tea.owner, conversation_id=mine.conversation_id, text="hello", now=NOON
    )

    with pytest.raises(Refused) as refused:
        reply(actor=tea.owner, conversation_ids=[mine.conversation_id], text=ready.text, now=NOON)

    assert ready.empty == ("person.phone",)
    assert refused.value.code == "message.unfilled"
    assert "person.phone" in str(refused.value.detail)
    assert not Message.objects.filter(kind="out").exists()


def test_a_note_may_speak_of_variables(tea: World) -> None:
    mine = tea.write("你好").conversation_id

    assert note(actor=tea.owner, conversation_ids=[mine], text="用 {{person.name}}", now=NOON)


def test_one_s_own_comes_before_everybody_s_and_what_is_used_before_the_rest(tea: World) -> None:
    mine = tea.write("你好").conversation_id
    made(tea.owner, bodies={"en": "all"})
    made(tea.owner, bodies={"en": "own"}, shared=False)
    often = made(tea.owner, shortcut="hello2", bodies={"en": "often"})
    made(tea.owner, shortcut="hello1", bodies={"en": "seldom"})
    use_canned(actor=tea.owner, canned_ids=[often], now=NOON)

    assert said(tea, mine) == ["own", "all", "often", "seldom"]


def test_a_colleague_s_own_are_theirs_alone(tea: World) -> None:
    tom = tea.member()
    own = made(tom, shared=False)

    assert not canned_replies(actor=tea.owner)
    assert [row.id for row in canned_replies(actor=tom)] == [own]
    with pytest.raises(Refused) as refused:
        change_canned(
            actor=tea.owner, canned_id=own, name="x", shortcut="x", bodies=BODIES, now=NOON
        )
    assert refused.value.code == "canned.missing"


def test_who_may_not_share_neither_writes_nor_changes_what_is_everybody_s(tea: World) -> None:
    tom, shared = tea.member(Role.AGENT), made(tea.owner)

    attempts: list[Callable[[], object]] = [
        lambda: made(tom, shortcut="other"),
        lambda: change_canned(
            actor=tom,
            canned_id=shared,
            name="x",
            shortcut="x",
            bodies=BODIES,
            shared=True,
            now=NOON,
        ),
    ]
    for forbidden in attempts:
        with pytest.raises(Refused):
            forbidden()
    assert archive_canned(actor=tom, canned_ids=[shared], now=NOON) == 0
    assert [row.editable for row in canned_replies(actor=tom)] == [False]


def test_a_shortcut_is_free_again_once_its_reply_is_put_away(tea: World) -> None:
    first = made(tea.owner)
    with pytest.raises(Refused) as refused:
        made(tea.owner)
    assert refused.value.code == "canned.taken"

    archive_canned(actor=tea.owner, canned_ids=[first], now=NOON)
    second = made(tea.owner)

    assert restore_canned(actor=tea.owner, canned_ids=[first], now=NOON) == 0
    archive_canned(actor=tea.owner, canned_ids=[second], now=NOON)
    assert restore_canned(actor=tea.owner, canned_ids=[second, first], now=NOON) == 1


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"name": " "}, "canned.name"),
        ({"shortcut": "a b"}, "canned.shortcut"),
        ({"bodies": {"en": "  "}}, "canned.body"),
        ({"bodies": {"xx": "hello"}}, "canned.body"),
        ({"bodies": {"en": "{{person.shoes}}"}}, "canned.variable"),
        ({"bodies": {"en": '{{person.name|shout:"1"}}'}}, "canned.variable"),
        ({"bodies": {"en": "x" * 20_001}}, "message.too_long"),
    ],
)
def test_what_makes_no_sense_is_refused(tea: World, wrong: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        made(tea.owner, **wrong)

    assert refused.value.code == code


def test_a_machine_has_what_everybody_has_and_none_of_its_own(tea: World) -> None:
    token = Actor(tea.workspace_id, "token", tea.owner.id, tea.owner.permissions)
    made(tea.owner, shared=False)
    shared = made(token, shortcut="shared")

    assert [row.id for row in canned_replies(actor=token)] == [shared]
    with pytest.raises(Refused):
        made(token, shared=False)


def test_another_workspace_s_words_are_not_offered(tea: World) -> None:
    made(world("Another Shop").owner)
    mine = tea.write("你好", at=NOON + timedelta(minutes=1)).conversation_id

    assert said(tea, mine) == []
