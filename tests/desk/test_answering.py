"""What the composer says of a way: its own reasons, and of each only where it is the reason."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.utils.translation import override

from tongxin.center.kit.ids import ConversationId, IdentityId, InboxId
from tongxin.faces.desk.answering import Answering
from tongxin.service.channels.values import MESSAGE, Window
from tongxin.service.conversations.queries import WayRow

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
OPEN = WayRow(
    inbox_id=InboxId(1), inbox_name="LINE", channel="line", identity_id=IdentityId(1), kind="line", address="U1",
    conversation_id=ConversationId(1), is_next=True, window=Window(is_open=True, open_until=NOON + timedelta(days=1)),
    longest_text=5000, largest_file_mb=20,
)  # fmt: skip
CLOSED = Window(is_open=False, open_until=NOON - timedelta(days=1), after=MESSAGE)


def answering(way: WayRow) -> Answering:
    return Answering("花子", [way], [], [], NOON)


def test_a_closed_window_is_said_of_it_alone() -> None:
    held = answering(replace(OPEN, held_for="auth"))
    closed = answering(replace(OPEN, window=CLOSED, held_for="auth"))

    assert (held.is_closed, held.closed) == (True, "")
    with override("en"):
        assert closed.closed.startswith("Closed since")
        assert "our account" in held.limit


def test_only_whoever_has_addresses_is_asked_for_another() -> None:
    with override("en"):
        mail = answering(replace(OPEN, kind="email", suspect_since=NOON)).limit
        chat = answering(replace(OPEN, suspect_since=NOON)).limit

    assert "Ask for another" in mail
    assert "Ask for another" not in chat
    assert "no longer reaches them" in chat
