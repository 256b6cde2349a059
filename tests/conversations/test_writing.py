"""Answers, notes and drafts."""

from datetime import timedelta
from functools import partial

import pytest
from django.core.files.base import ContentFile

from tests.make.world import NOON, World, world
from tongxin.center.kit import files
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.timeline.models import Event
from tongxin.service.conversations.actions import note, reply, save_draft
from tongxin.service.conversations.models import Conversation, Draft, Message
from tongxin.service.conversations.queries import drafts

LATER = NOON + timedelta(minutes=5)


def kept(tea: World) -> files.FileRow:
    content = ContentFile("品名,数量\n壶盖,1\n".encode())
    return files.store(
        workspace_id=tea.workspace_id,
        uploader="member:1",
        name="list.csv",
        content=content,
        now=NOON,
    )


def machine(tea: World) -> Actor:
    return Actor(tea.workspace_id, "token", 1, tea.owner.permissions)


def test_an_answer_makes_it_the_person_s_turn(tea: World) -> None:
    mine = tea.write("壶盖碎了").conversation_id

    [message_id] = reply(
        actor=tea.owner, conversation_ids=[mine], text="马上换", client_id="1", now=LATER
    )

    answered = Conversation.objects.get()
    assert (answered.status, answered.waiting_since, answered.unanswered) == ("waiting", None, 0)
    assert (answered.last_text, answered.last_kind, answered.last_message_id) == (
        "马上换", "out", message_id,
    )  # fmt: skip


def test_lines_typed_in_a_browser_end_as_lines_do_everywhere(tea: World) -> None:
    mine = tea.write("怎么保养？").conversation_id

    reply(
        actor=tea.owner,
        conversation_ids=[mine],
        text="**温水**即可。\r\n\r\n- 晾干\r避光",
        now=NOON,
    )

    assert Message.objects.get(kind="out").text == "**温水**即可。\n\n- 晾干\n避光"


def test_the_time_of_the_first_answer_stays(tea: World) -> None:
    mine = tea.write("壶盖碎了").conversation_id
    reply(actor=tea.owner, conversation_ids=[mine], text="您好", now=NOON)

    reply(actor=tea.owner, conversation_ids=[mine], text="马上换", now=LATER)

    assert Conversation.objects.get().first_reply_at == NOON


def test_the_same_answer_twice_is_sent_once(tea: World) -> None:
    ids = tea.conversations(2)
    first = reply(actor=tea.owner, conversation_ids=ids, text="您好", client_id="c", now=NOON)

    second = reply(actor=tea.owner, conversation_ids=ids, text="您好", client_id="c", now=LATER)

    assert first == second
    assert Message.objects.filter(kind="out").count() == 2
    assert Event.objects.filter(kind="message.sent").count() == 2


def test_a_name_for_an_answer_that_is_too_long_is_refused_rather_than_cut(tea: World) -> None:
    mine = tea.write("你好").conversation_id

    for verb in (reply, note):
        with pytest.raises(Refused) as refused:
            verb(actor=tea.owner, conversation_ids=[mine], text="1", client_id="c" * 65, now=NOON)

        assert refused.value.code == "message.client_id"


def test_who_answers_first_takes_it_and_who_answers_later_does_not(tea: World) -> None:
    mine, tom = tea.write("壶盖碎了").conversation_id, tea.member()

    reply(actor=tom, conversation_ids=[mine], text="您好", now=NOON)
    reply(actor=tea.owner, conversation_ids=[mine], text="马上换", now=LATER)

    assert Conversation.objects.get().assignee_id == tom.id
    assert Event.objects.filter(kind="conversation.assigned").count() == 1


def test_a_machine_that_answers_takes_nothing(tea: World) -> None:
    mine = tea.write("壶盖碎了").conversation_id

    reply(actor=machine(tea), conversation_ids=[mine], text="已收到", now=NOON)

    assert Conversation.objects.get().assignee_id is None


def test_a_note_changes_nothing_for_the_person(tea: World) -> None:
    mine = tea.write("壶盖碎了").conversation_id
    before = Conversation.objects.values().get()

    first = note(actor=tea.owner, conversation_ids=[mine], text="同批次", client_id="n", now=LATER)
    again = note(actor=tea.owner, conversation_ids=[mine], text="同批次", client_id="n", now=LATER)

    assert Conversation.objects.values().get() == before
    assert first == again
    assert list(Message.objects.filter(kind="note").values_list("text", flat=True)) == ["同批次"]
    assert Event.objects.filter(kind="note.added").count() == 1


@pytest.mark.parametrize(
    ("text", "code"), [(" \n", "message.empty"), ("长" * 20_001, "message.too_long")]
)
def test_what_cannot_be_sent_is_refused(tea: World, text: str, code: str) -> None:
    mine = tea.write("壶盖碎了").conversation_id

    for verb in (reply, note):
        with pytest.raises(Refused) as refused:
            verb(actor=tea.owner, conversation_ids=[mine], text=text, now=NOON)

        assert refused.value.code == code
    assert Message.objects.count() == 1


def test_a_list_shows_the_words_of_an_answer_and_not_its_marks(tea: World) -> None:
    mine = tea.write("什么时候**发货**？").conversation_id
    heard = Conversation.objects.get(pk=mine).last_text

    reply(actor=tea.owner, conversation_ids=[mine], text="**明天**发", now=NOON)

    assert (heard, Conversation.objects.get(pk=mine).last_text) == (
        "什么时候**发货**？", "明天发",
    )  # fmt: skip


def test_a_file_alone_is_an_answer(tea: World) -> None:
    mine, file = tea.write("要清单").conversation_id, kept(tea)

    reply(actor=tea.owner, conversation_ids=[mine], text="", file_ids=[file.id], now=NOON)

    assert Message.objects.get(kind="out").file_ids == [file.id]


def test_a_file_of_another_workspace_is_unknown(tea: World) -> None:
    mine, theirs = tea.write("要清单").conversation_id, kept(world("Leaf & Kettle"))

    with pytest.raises(Refused) as refused:
        reply(actor=tea.owner, conversation_ids=[mine], text="", file_ids=[theirs.id], now=NOON)

    assert refused.value.code == "file.unknown"


def test_a_draft_is_kept_until_it_is_sent(tea: World) -> None:
    mine = tea.write("壶盖碎了").conversation_id
    save_draft(actor=tea.owner, conversation_id=mine, text="您", now=NOON)
    save_draft(actor=tea.owner, conversation_id=mine, text="您好", now=LATER)
    save_draft(actor=tea.owner, conversation_id=mine, text="同批次", is_note=True, now=NOON)
    before = drafts(actor=tea.owner, conversation_id=mine)

    reply(actor=tea.owner, conversation_ids=[mine], text="您好", now=LATER)

    assert before == {False: "您好", True: "同批次"}
    assert drafts(actor=tea.owner, conversation_id=mine) == {True: "同批次"}


def test_a_note_forgets_only_the_note_that_was_drafted(tea: World) -> None:
    mine, tom = tea.write("壶盖碎了").conversation_id, tea.member()
    save_draft(actor=tea.owner, conversation_id=mine, text="您好", now=NOON)
    save_draft(actor=tea.owner, conversation_id=mine, text="同批次", is_note=True, now=NOON)
    save_draft(actor=tom, conversation_id=mine, text="我也在写", is_note=True, now=NOON)

    note(actor=tea.owner, conversation_ids=[mine], text="同批次", now=LATER)

    assert drafts(actor=tea.owner, conversation_id=mine) == {False: "您好"}
    assert drafts(actor=tom, conversation_id=mine) == {True: "我也在写"}


def test_an_empty_draft_is_forgotten(tea: World) -> None:
    mine = tea.write("壶盖碎了").conversation_id
    save_draft(actor=tea.owner, conversation_id=mine, text="您好", now=NOON)

    first, again = (
        save_draft(actor=tea.owner, conversation_id=mine, text=" ", now=LATER) for _ in range(2)
    )

    assert (first, again, Draft.objects.count()) == (1, 0, 0)


def test_a_machine_keeps_no_drafts(tea: World) -> None:
    mine = tea.write("壶盖碎了").conversation_id

    with pytest.raises(Refused) as refused:
        save_draft(actor=machine(tea), conversation_id=mine, text="您好", now=NOON)

    assert refused.value.code == "actor.member"


def test_whoever_has_not_seen_the_last_words_is_stopped(tea: World) -> None:
    first = tea.write("壶盖碎了")
    last = tea.write("不用换了")
    mine = [first.conversation_id]

    with pytest.raises(Refused) as refused:
        reply(
            actor=tea.owner, conversation_ids=mine, text="马上换",
            last_seen_message_id=first.message_id, now=LATER,
        )  # fmt: skip

    assert refused.value.code == "conversation.stale"
    assert refused.value.reason is Reason.CONFLICT
    assert reply(
        actor=tea.owner, conversation_ids=mine, text="好的", last_seen_message_id=last.message_id,
        now=LATER,
    )  # fmt: skip


def test_our_own_words_after_a_look_stop_nobody(tea: World) -> None:
    first = tea.write("壶盖碎了")
    mine = [first.conversation_id]
    reply(actor=tea.member(), conversation_ids=mine, text="看到了", now=LATER)

    assert reply(
        actor=tea.owner, conversation_ids=mine, text="马上换", last_seen_message_id=first.message_id,
        now=LATER,
    )  # fmt: skip


def test_a_repetition_is_no_new_answer_to_stop(tea: World) -> None:
    first = tea.write("壶盖碎了")
    say = partial(
        reply, actor=tea.owner, conversation_ids=[first.conversation_id], text="马上换",
        client_id="c", last_seen_message_id=first.message_id, now=LATER,
    )  # fmt: skip
    said = say()
    tea.write("谢谢")

    assert say() == said
