"""Members are called by notes, once, and say that they have looked."""

from dataclasses import fields
from datetime import timedelta

from tests.make.world import NOON, World, world
from tongxin.center.accounts.actions import remove_members
from tongxin.center.timeline.models import Event
from tongxin.center.timeline.values import Delivered
from tongxin.service.conversations.actions import note
from tongxin.service.notices.actions import read, read_about
from tongxin.service.notices.handlers import call_mentioned
from tongxin.service.notices.models import Notice
from tongxin.service.notices.queries import count, is_called, notices

LATER = NOON + timedelta(minutes=5)


def noted(tea: World, text: str) -> int:
    """Let 李工 leave a note, and the house take it in."""
    mine = tea.write("壶盖碎了").conversation_id
    note(actor=tea.owner, conversation_ids=[mine], text=text, now=NOON)
    hear()
    return mine


def hear() -> None:
    """Hand every note to the handler, as the relay would."""
    columns = [field.name for field in fields(Delivered)]
    happened = Event.objects.filter(kind="note.added").order_by("pk").values_list(*columns)
    call_mentioned([Delivered(*row) for row in happened])


def test_whoever_a_note_names_is_called_and_the_wire_hears_of_it(tea: World) -> None:
    tom, anna = tea.member(name="Tom"), tea.member(name="Anna")
    mine = noted(tea, "@Tom 同批次已有 3 例，@Anna 请看")

    [row] = notices(actor=tom)

    assert (row.about, row.conversation_id, row.author) == ("mention", mine, tea.owner.label)
    assert row.text == "@Tom 同批次已有 3 例，@Anna 请看"
    assert count(actor=anna) == 1
    told = Event.objects.filter(kind="notice.given")
    assert {event.data["member_id"] for event in told} == {tom.id, anna.id}


def test_nobody_calls_themselves_nor_who_has_left_nor_a_stranger(tea: World) -> None:
    tom, stranger = tea.member(name="Tom"), world("Another Shop").member(name="Amélie")
    remove_members(actor=tea.owner, member_ids=[tom.id], now=NOON)

    noted(tea, "@李工 @Tom @Amélie")

    assert not Notice.objects.exists()
    assert count(actor=stranger) == 0


def test_the_same_note_again_calls_nobody_twice(tea: World) -> None:
    tom = tea.member(name="Tom")
    noted(tea, "@Tom")

    hear()

    assert count(actor=tom) == 1


def test_looking_at_the_conversation_reads_what_calls_there(tea: World) -> None:
    tom = tea.member(name="Tom")
    mine = noted(tea, "@Tom")
    assert is_called(actor=tom, conversation_id=mine)

    assert read_about(actor=tom, conversation_ids=[mine], now=LATER) == 1
    assert read_about(actor=tom, conversation_ids=[mine], now=LATER) == 0

    assert not is_called(actor=tom, conversation_id=mine)


def test_one_reads_only_one_s_own(tea: World) -> None:
    tom, anna = tea.member(name="Tom"), tea.member(name="Anna")
    noted(tea, "@Tom @Anna")
    [row] = notices(actor=tom)

    assert read(actor=anna, notice_ids=[row.id], now=LATER) == 0
    assert read(actor=tom, notice_ids=[row.id], now=LATER) == 1
    assert read(actor=tom, notice_ids=[row.id], now=LATER) == 0
    assert (count(actor=tom), count(actor=anna)) == (0, 1)
