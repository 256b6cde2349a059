"""What came in raw is interpreted once, whatever the channel makes of it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.make.relaying import relayed
from tests.make.world import NOON, World, world
from tests.plugins.faulty import Faulty, installed
from tongxin.center.people.models import Person
from tongxin.center.timeline.models import Event
from tongxin.sdk import (
    Address,
    Arrival,
    Attachment,
    Batch,
    Kind,
    Progress,
    Refused,
    Stage,
    Unreachable,
)
from tongxin.service.channels.actions import (
    create_inbox,
    discard_calls,
    forget_calls,
    keep_calls,
    replay_calls,
    send_from,
)
from tongxin.service.channels.models import Call, Gate
from tongxin.service.channels.ports import Call as Came
from tongxin.service.channels.queries import inboxes_by_id
from tongxin.service.conversations.actions import hear_calls, reply
from tongxin.service.conversations.models import Conversation, Message

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


class Box:
    """An inbox of the stand-in, where calls come in."""

    def __init__(self) -> None:
        self.tea: World = world()
        self.id = create_inbox(actor=self.tea.owner, channel="faulty", name="信箱", now=NOON)

    def call(self, body: bytes, means: Any = None, at: datetime = NOON) -> int:
        if means is not None:
            Faulty.heard[body] = means
        inbox = inboxes_by_id(inbox_ids=[self.id])[self.id]
        [pk] = keep_calls(inbox=inbox, calls=[Came("POST", "https://x/", {}, body)], now=at)
        return pk

    def state(self, pk: int) -> tuple[str, str]:
        call = Call.objects.get(pk=pk)
        return call.state, call.code


@pytest.fixture
def box(transactional_db: None, tmp_path: Path) -> Iterator[Box]:
    with installed(
        tmp_path, 'listens = true\n[[can.window]]\nafter = "message"\nmessages = 5\nhours = 48\n'
    ):
        yield Box()


def said(name: str, text: str = "到哪了？", **more: Any) -> Arrival:
    return Arrival(name, Address("faulty", "u1", "小梅"), text, NOON, **more)


def texts() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("text", flat=True))


def test_many_calls_are_taken_in_in_their_order_and_one_that_is_wrong_stops_no_other(
    box: Box,
) -> None:
    box.call(b"1", said("a", "1"))
    wrong = box.call(b"2", ValueError("crash"))
    bad = box.call(b"3", Arrival("c", Address("faulty", "x" * 300), "3", NOON))
    odd = box.call(b"4")
    box.call(b"5", said("d", "5"))

    hear_calls(now=NOON)

    assert texts() == ["1", "5"]
    assert box.state(wrong) == ("broken", "hook.crashed")
    assert box.state(bad) == ("broken", "address.invalid")
    assert Call.objects.get(pk=bad).detail == "An address needs a kind and a value."
    assert box.state(odd) == ("broken", "hook.malformed")


def test_what_is_repeated_or_comes_late_changes_nothing(box: Box) -> None:
    batch = Batch([said("a", "1"), said("b", "2"), said("a", "1")])
    for body in (b"1", b"2"):
        box.call(body, batch)
        hear_calls(now=NOON)

    assert texts() == ["1", "2"]
    assert Conversation.objects.count() == 1


def test_a_broken_call_is_understood_once_somebody_mended_its_channel(box: Box) -> None:
    pk = box.call(b"1", RuntimeError("not yet"))
    hear_calls(now=NOON)
    Faulty.heard[b"1"] = said("a")

    assert replay_calls(actor=box.tea.owner, call_ids=[pk], now=NOON) == 1
    hear_calls(now=NOON)

    assert (box.state(pk)[0], texts()) == ("done", ["到哪了？"])


def test_what_is_thrown_away_is_gone_and_what_is_not_broken_stays(box: Box) -> None:
    broken, waiting = box.call(b"1"), 0
    hear_calls(now=NOON)
    waiting = box.call(b"2", said("a"))

    assert discard_calls(actor=box.tea.owner, call_ids=[broken, waiting], now=NOON) == 1
    assert list(Call.objects.values_list("pk", flat=True)) == [waiting]


def test_files_are_fetched_and_a_service_that_is_away_is_asked_again(box: Box) -> None:
    Faulty.files["m1"] = Unreachable("busy")
    pk = box.call(b"1", said("a", "", attachments=(Attachment("壶", "image/png", None, "m1"),)))

    hear_calls(now=NOON)
    before = (box.state(pk), hear_calls(now=NOON))
    Faulty.files["m1"] = Attachment("", "image/png", PNG)
    hear_calls(now=NOON + timedelta(seconds=3))

    assert before == (("new", "channel.unreachable"), 0)
    assert len(Message.objects.get().file_ids) == 1


def test_a_file_that_cannot_be_had_leaves_a_note_and_the_message(box: Box) -> None:
    Faulty.files.update(gone=Refused("file.missing", "gone"), away=Unreachable("busy"))
    box.call(
        b"1",
        said(
            "a", "看图", attachments=(
                Attachment("a.png", reference="gone"), Attachment("b.exe", content=b"MZ"),
                Attachment("c.png", reference="away"),
            ),
        ),
    )  # fmt: skip

    for n in range(6):
        hear_calls(now=NOON + timedelta(minutes=n))

    kinds = dict(Message.objects.values_list("kind", "text"))
    assert kinds["in"] == "看图"
    assert all(name in kinds["note"] for name in ("a.png", "b.exe", "c.png"))


def test_an_event_is_a_fact_told_once_and_no_message(box: Box) -> None:
    box.call(b"1", said("a"))
    hear_calls(now=NOON)
    scan = said("e", "", kind=Kind.EVENT, event="scan", source="门店海报")
    for body in (b"2", b"3"):
        box.call(body, scan)
        hear_calls(now=NOON)

    fact = Event.objects.get(kind="channel.event")
    assert (fact.person_id, fact.data["event"], fact.data["source"]) == (
        Person.objects.get().pk, "scan", "门店海报",
    )  # fmt: skip
    assert texts() == ["到哪了？"]


def test_who_scans_a_code_before_they_write_is_met_and_keeps_how_they_found_us(box: Box) -> None:
    box.call(b"1", said("e", "", kind=Kind.EVENT, event="subscribe", source="渠道活码 A"))
    hear_calls(now=NOON)
    box.call(b"2", said("a"))
    hear_calls(now=NOON)

    [mei] = Person.objects.all()
    fact = Event.objects.get(kind="channel.event")
    assert (mei.name, fact.person_id, fact.data["source"]) == ("小梅", mei.pk, "渠道活码 A")
    assert Conversation.objects.get().person_id == mei.pk


def test_a_stranger_who_leaves_is_nobody(box: Box) -> None:
    box.call(b"1", said("e", "", kind=Kind.EVENT, event="blocked"))
    hear_calls(now=NOON)

    assert not Person.objects.exists()
    assert Event.objects.get(kind="channel.event").person_id is None


def test_what_became_of_our_messages_is_told_to_those_who_wrote_them(box: Box) -> None:
    box.call(b"1", said("a"))
    hear_calls(now=NOON)
    [conversation] = Conversation.objects.all()
    [pk] = reply(actor=box.tea.owner, conversation_ids=[conversation.pk], text="您好", now=NOON)
    relayed()
    early = box.call(b"2", Batch(progress=[Progress(f"ext-{pk}", Stage.READ, NOON)]))
    hear_calls(now=NOON)
    state = box.state(early)
    send_from(inbox_id=box.id, clock=Faulty.service.clock)
    hear_calls(now=NOON + timedelta(minutes=1))
    box.call(b"3", Batch(progress=[Progress(f"ext-{pk}", Stage.DELIVERED, NOON)]))
    hear_calls(now=NOON)
    relayed()

    message = Message.objects.get(pk=pk)
    assert state == ("new", "progress.unknown")
    assert (message.state, message.external_id) == ("read", f"ext-{pk}")
    sent = Faulty.service.taken[f"message:{pk}"]
    assert (sent.recipient.value, sent.answers, sent.thread, sent.author) == (
        "u1",
        "a",
        ("a",),
        "李工",
    )


def test_a_message_that_fails_later_on_is_shown_as_failed(box: Box) -> None:
    box.call(b"1", said("a"))
    hear_calls(now=NOON)
    [conversation] = Conversation.objects.all()
    [pk] = reply(actor=box.tea.owner, conversation_ids=[conversation.pk], text="您好", now=NOON)
    relayed()
    send_from(inbox_id=box.id, clock=Faulty.service.clock)
    relayed()
    sent = Message.objects.get(pk=pk).state
    box.call(b"2", Batch(progress=[Progress(f"ext-{pk}", Stage.FAILED, NOON, detail="bounced")]))
    hear_calls(now=NOON)
    relayed()

    failed = Message.objects.get(pk=pk)
    assert (sent, failed.state, failed.error) == ("sent", "failed", "content")
    assert Event.objects.filter(kind="message.failed").count() == 1


def test_what_was_understood_is_forgotten_in_time_and_what_was_not_is_kept(box: Box) -> None:
    box.call(b"1", said("a"))
    broken = box.call(b"2")
    hear_calls(now=NOON)

    assert forget_calls(now=NOON + timedelta(days=13)) == 0
    assert forget_calls(now=NOON + timedelta(days=15)) == 1
    assert list(Call.objects.values_list("pk", flat=True)) == [broken]
    assert Gate.objects.get().last_heard_at == NOON


def test_an_inbox_whose_plugin_is_gone_loses_nothing(box: Box) -> None:
    pk = box.call(b"1", said("a"))
    with pytest.MonkeyPatch.context() as gone:
        gone.setattr("tongxin.service.channels.queries.connected.manifests", dict)
        hear_calls(now=NOON)
    missing = box.state(pk)
    hear_calls(now=NOON + timedelta(minutes=1))

    assert (missing, texts()) == (("new", "channel.missing"), ["到哪了？"])
