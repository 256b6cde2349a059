"""What we edit or recall changes before the visitor's eyes."""

from tests.live.wire import Wire, message
from tests.make.world import NOON
from tongxin.service.conversations.actions import edit, recall, reply
from tongxin.service.conversations.models import Conversation


def test_other_words_take_the_place_of_the_first_at_once(wire: Wire) -> None:
    owner = wire.tea.owner
    with wire.visitor() as (socket, _welcome):
        socket.send(message("a", "什么时候到货"))
        socket.next("ack")
        [pk] = reply(
            actor=owner, conversation_ids=[Conversation.objects.get().pk], text="后天", now=NOON
        )
        first = socket.next("message")["message"]

        edit(actor=owner, message_id=pk, text="**明天**", now=NOON)
        edited = socket.next("message")["message"]
        recall(actor=owner, message_ids=[pk], now=NOON)
        recalled = socket.next("message")["message"]

    assert [first["changed"], edited["changed"], recalled["changed"]] == [
        None,
        "edited",
        "recalled",
    ]
    assert first["id"] == edited["id"] == recalled["id"]
    assert "<strong>明天</strong>" in edited["html"]
    assert (recalled["text"], recalled["html"], recalled["files"]) == ("", "", [])
