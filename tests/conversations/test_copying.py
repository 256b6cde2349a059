"""Who gets a copy of an answer by mail: who took part, unless somebody chooses otherwise for that answer."""

from datetime import datetime
from itertools import count

import pytest

from tests.make.relaying import relayed
from tests.make.world import NOON, World, world
from tongxin.center.kit.refusals import Refused
from tongxin.service.channels.actions import create_inbox, keep_calls
from tongxin.service.channels.models import Departure
from tongxin.service.channels.ports import Call as Came
from tongxin.service.channels.queries import inboxes_by_id
from tongxin.service.conversations.actions import choose_copies, hear_calls, reply
from tongxin.service.conversations.models import Conversation, Message
from tongxin.service.conversations.queries import copies
from tongxin.service.replies.actions import hold, release, release_due

_numbers = count()


class Talk:
    """A conversation by mail between Mei, Tom and us."""

    def __init__(self) -> None:
        self.tea: World = world()
        settings = {"address": "help@tea.example", "smtp_host": "smtp.tea.example"}
        self.inbox_id = create_inbox(
            actor=self.tea.owner, channel="email", name="客服邮箱", settings=settings, now=NOON
        )
        self.comes("mei@example.com", copied="Tom <tom@example.com>")
        self.id = Conversation.objects.latest("pk").pk

    def comes(self, sender: str, copied: str, answers: str = "") -> None:
        """``answers``: more lines of the head."""
        raw = (
            f"From: {sender}\r\nTo: help@tea.example\r\nCc: {copied}\r\nSubject: teapot\r\n"
            f"Message-ID: <m{next(_numbers)}@example.com>\r\n{answers}\r\nhello\r\n"
        )
        inbox = inboxes_by_id(inbox_ids=[self.inbox_id])[self.inbox_id]
        keep_calls(inbox=inbox, calls=[Came("MAIL", "", {}, raw.encode())], now=NOON)
        hear_calls(now=NOON)

    def goes_on(self, sender: str, copied: str, more: str = "") -> None:
        """Let a mail answer the first one."""
        first = Message.objects.filter(conversation=self.id).earliest("pk").external_id
        self.comes(sender, copied, f"In-Reply-To: <{first}>\r\n{more}")

    def choose(self, *addresses: str, client_id: str = "c1") -> int:
        return int(
            choose_copies(
                actor=self.tea.owner, conversation_id=self.id, client_id=client_id, addresses=addresses,
                now=NOON,
            )
        )  # fmt: skip

    def says(self, client_id: str, now: datetime = NOON) -> list[str]:
        """Answer; return who gets a copy."""
        [pk] = reply(
            actor=self.tea.owner,
            conversation_ids=[self.id],
            text="好",
            client_id=client_id,
            now=now,
        )
        return self.copied(pk)

    def copied(self, message_id: int) -> list[str]:
        relayed()
        going = Departure.objects.get(message_id=message_id)
        return [one[1] for one in going.payload["copied"]]


@pytest.fixture
def talk(transactional_db: None) -> Talk:
    return Talk()


def test_who_took_part_gets_a_copy_by_itself(talk: Talk) -> None:
    found = copies(actor=talk.tea.owner, conversation_id=talk.id)

    assert found
    assert found.to.value == "mei@example.com"
    assert [one.value for one in found.copied] == ["tom@example.com"]
    assert talk.says("c0") == ["tom@example.com"]


def test_what_is_chosen_is_for_one_answer_alone(talk: Talk) -> None:
    talk.choose("li@example.com", "MEI@example.com", "li@example.com")

    assert talk.says("c1") == ["li@example.com"]
    assert talk.says("c2") == ["tom@example.com"]


def test_nobody_may_be_chosen_and_the_last_choice_counts(talk: Talk) -> None:
    talk.choose("li@example.com")
    talk.choose()

    assert talk.says("c1") == []


def test_a_stranger_is_named_and_not_added_by_itself(talk: Talk) -> None:
    talk.goes_on("eve@example.com", "bob@example.com")

    found = copies(actor=talk.tea.owner, conversation_id=talk.id)

    assert found
    assert [one.value for one in found.copied] == ["tom@example.com"]
    assert {one.value for one in found.left_out} == {"eve@example.com", "bob@example.com"}
    assert talk.says("c1") == ["tom@example.com"]


def test_who_is_away_takes_nobody_out(talk: Talk) -> None:
    talk.goes_on("mei@example.com", "", "Auto-Submitted: auto-replied\r\n")

    found = copies(actor=talk.tea.owner, conversation_id=talk.id)

    assert found
    assert [one.value for one in found.copied] == ["tom@example.com"]
    assert found.left_out == []
    assert talk.says("c1") == ["tom@example.com"]


def test_whom_the_last_mail_left_out_is_named_once(talk: Talk) -> None:
    talk.goes_on("mei@example.com", "li@example.com")
    left = copies(actor=talk.tea.owner, conversation_id=talk.id)
    talk.goes_on("eve@example.com", "tom@example.com")
    crowded = copies(actor=talk.tea.owner, conversation_id=talk.id)
    talk.goes_on("mei@example.com", "li@example.com")
    later = copies(actor=talk.tea.owner, conversation_id=talk.id)

    assert left
    assert crowded
    assert later
    assert [one.value for one in left.copied] == ["li@example.com"]
    assert [one.value for one in left.left_out] == ["tom@example.com"]
    assert [one.value for one in crowded.left_out] == ["eve@example.com", "tom@example.com"]
    assert later.left_out == []


def test_an_answer_that_rests_keeps_what_was_chosen(talk: Talk) -> None:
    talk.choose("li@example.com")
    [held] = hold(
        actor=talk.tea.owner,
        conversation_ids=[talk.id],
        text="好",
        client_id="c1",
        seconds=10,
        now=NOON,
    )
    release(actor=talk.tea.owner, held_ids=[held], now=NOON)
    release_due(now=NOON)
    assert talk.copied(Message.objects.get(client_id="c1").pk) == ["li@example.com"]


@pytest.mark.parametrize(
    "address", ["tom", "a@b, c@d", "x@y\nBcc: z@z", "", "@", "a" * 300 + "@b.example"]
)
def test_what_is_no_address_is_refused(talk: Talk, address: str) -> None:
    with pytest.raises(Refused) as refused:
        talk.choose(address)

    assert refused.value.code == "copies.address"


def test_only_mail_has_copies_and_not_too_many(talk: Talk) -> None:
    chat = talk.tea.write("在吗").conversation_id

    assert copies(actor=talk.tea.owner, conversation_id=chat) is None
    with pytest.raises(Refused, match="copies"):
        choose_copies(
            actor=talk.tea.owner,
            conversation_id=chat,
            client_id="c1",
            addresses=["a@b.example"],
            now=NOON,
        )
    with pytest.raises(Refused, match="40"):
        talk.choose(*[f"a{number}@b.example" for number in range(41)])
