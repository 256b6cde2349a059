"""Services that do not call: one listener for each inbox, and a page with the place after it."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from tests.make.world import NOON, World
from tests.plugins.faulty import Faulty, installed
from tongxin.sdk import Line, Page, Unreachable
from tongxin.service.channels.actions import (
    Listener,
    change_inbox,
    create_inbox,
    fetch_now,
    inboxes_to_listen_at,
    listen_at,
    note_trouble,
)
from tongxin.service.channels.models import Call, Gate
from tongxin.service.channels.queries import inboxes_by_id


class Box(Line):
    """A mailbox: everything after a number, two at a time."""

    def __init__(self, *letters: bytes) -> None:
        self.letters, self.asked = letters, list[tuple[str, float]]()

    def next(self, cursor: str, seconds: float) -> Page:
        self.asked.append((cursor, seconds))
        at = int(cursor or 0)
        found = self.letters[at : at + 2]
        return Page(found, str(at + len(found)), at + len(found) < len(self.letters))


@pytest.fixture
def listener(tea: World, tmp_path: Path) -> Iterator[Listener]:
    with installed(tmp_path, "listens = true"):
        pk = create_inbox(actor=tea.owner, channel="faulty", name="信箱", now=NOON)
        yield Listener(inboxes_by_id(inbox_ids=[pk])[pk], "here", lambda: NOON)


def rounds(many: int) -> Iterator[bool]:
    yield from [True] * many
    yield False


def bodies() -> list[bytes]:
    return [bytes(body) for body in Call.objects.order_by("pk").values_list("body", flat=True)]


def test_pages_are_kept_with_the_place_after_them_and_one_goes_on_there(listener: Listener) -> None:
    Faulty.lines = [Box(b"1", b"2", b"3")]
    for _ in range(2):
        assert listen_at(listener, seconds=25, goes_on=partial(next, rounds(1)))

    assert bodies() == [b"1", b"2", b"3"]
    assert Faulty.lines[0].asked == [("", 25), ("2", 25)]
    assert set(Call.objects.values_list("method", flat=True)) == {"POLL"}
    gate = Gate.objects.get()
    assert (gate.cursor, gate.listener, gate.last_heard_at) == ("3", "", NOON)


def test_news_are_fetched_beside_whoever_listens_and_no_page_is_kept_twice(
    listener: Listener,
) -> None:
    Faulty.lines = [Box(b"1", b"2", b"3")]

    kept = [fetch_now(listener) for _ in range(2)]

    assert (sum(kept), bodies()) == (3, [b"1", b"2", b"3"])


def test_only_one_listens_until_it_has_been_silent_for_long(listener: Listener) -> None:
    Faulty.lines = [Box()]
    Gate.objects.update_or_create(
        inbox_id=listener.inbox.id,
        defaults={"listener": "other", "listened_until": NOON + timedelta(seconds=1)},
    )
    going = rounds(1)

    assert not listen_at(listener, seconds=1, goes_on=lambda: next(going))

    Gate.objects.update(listened_until=NOON - timedelta(seconds=1))
    assert listen_at(listener, seconds=1, goes_on=lambda: next(going))


def test_an_inbox_that_was_changed_is_listened_at_anew(tea: World, listener: Listener) -> None:
    Faulty.lines = [Box()]
    listened = [i.id for i in inboxes_to_listen_at()]
    change_inbox(
        actor=tea.owner,
        inbox_id=listener.inbox.id,
        name="信箱",
        settings={},
        enabled=False,
        now=NOON,
    )

    assert listen_at(listener, seconds=1, goes_on=lambda: True)
    assert listened == [listener.inbox.id]
    assert not inboxes_to_listen_at()


def test_a_service_that_is_away_is_noted_with_its_inbox(listener: Listener) -> None:
    Faulty.lines = [Unreachable("nobody answers")]

    with pytest.raises(Unreachable) as away:
        listen_at(listener, seconds=1, goes_on=lambda: True)
    note_trouble(inbox_id=listener.inbox.id, error=away.value, now=NOON)

    assert Gate.objects.get().last_error == "Unreachable: nobody answers"
    assert Gate.objects.get().listener == ""
