"""What a queue says of the end of its conversations goes before what their inboxes say."""

from datetime import timedelta

import pytest

from tests.make.world import NOON, World, world
from tongxin.center.kit.refusals import Refused
from tongxin.center.timeline.models import Event
from tongxin.service.channels.actions import set_reopening
from tongxin.service.conversations.actions import resolve, set_wrap_up
from tongxin.service.conversations.queries import asked_at_end, endings
from tongxin.service.conversations.values import Asks, Ending, Reopens
from tongxin.service.queues.actions import close, create, move, set_ending
from tongxin.service.queues.values import EVERYONES

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WITHIN, ALWAYS, AS_INBOX = Reopens.WITHIN, Reopens.ALWAYS, Reopens.AS_INBOX


@pytest.fixture
def tea() -> World:
    return world()


@pytest.fixture
def repairs(tea: World) -> int:
    made: int = create(actor=tea.owner, name="维修", now=NOON)
    return made


def says(tea: World, queue_id: int, ending: Ending) -> int:
    return set_ending(actor=tea.owner, queue_id=queue_id, ending=ending, now=NOON)


@pytest.mark.parametrize(
    ("inbox_days", "ending", "later", "goes_on"),
    [
        (7, Ending(WITHIN, 30), 20, True),
        (7, Ending(WITHIN, 30), 31, False),
        (30, Ending(WITHIN, 0), 0, False),
        (0, Ending(ALWAYS), 400, True),
        (None, Ending(WITHIN, 1), 2, False),
        (7, Ending(AS_INBOX), 6, True),
        (7, Ending(AS_INBOX, 30), 8, False),
    ],
)
def test_it_says_for_how_long_a_conversation_goes_on(
    tea: World, repairs: int, inbox_days: int | None, ending: Ending, later: int, goes_on: bool
) -> None:
    set_reopening(actor=tea.owner, inbox_ids=[tea.inbox_id], days=inbox_days, now=NOON)
    says(tea, repairs, ending)
    old = tea.write("壶盖碎了").conversation_id
    move(actor=tea.owner, conversation_ids=[old], queue_id=repairs, now=NOON)
    resolve(actor=tea.owner, conversation_ids=[old], now=NOON)

    new = tea.write("又碎了", at=NOON + later * DAY).conversation_id

    assert (new == old) is goes_on


def test_what_waits_elsewhere_goes_by_its_own(tea: World, repairs: int) -> None:
    says(tea, repairs, Ending(WITHIN, 0, Asks.MUST, is_strict=True))
    old = tea.write("壶盖碎了").conversation_id
    resolve(actor=tea.owner, conversation_ids=[old], now=NOON)

    assert tea.write("又碎了", at=NOON + DAY).conversation_id == old


@pytest.mark.parametrize(
    ("inbox", "queue", "refused"),
    [
        (Asks.NO, Asks.MUST, True),
        (Asks.MUST, Asks.NO, False),
        (Asks.MUST, Asks.MAY, False),
        (Asks.MUST, None, True),
        (Asks.NO, None, False),
    ],
)
def test_it_says_what_must_be_said(
    tea: World, repairs: int, inbox: Asks, queue: Asks | None, refused: bool
) -> None:
    set_wrap_up(actor=tea.owner, inbox_ids=[tea.inbox_id], asks=inbox, is_strict=True, now=NOON)
    says(tea, repairs, Ending(asks=queue, is_strict=True))
    pk = tea.write("壶盖碎了").conversation_id
    move(actor=tea.owner, conversation_ids=[pk], queue_id=repairs, now=NOON)

    asked = asked_at_end(actor=tea.owner, inbox_id=tea.inbox_id, queue_id=repairs)
    try:
        code = "" if resolve(actor=tea.owner, conversation_ids=[pk], now=NOON) else "?"
    except Refused as no:
        code = no.code

    assert asked.asks is (queue or inbox)
    assert code == ("wrap_up.required" if refused else "")


def test_what_was_chosen_is_told_once_and_read_back(tea: World, repairs: int) -> None:
    ending = Ending(WITHIN, 30, Asks.MAY)

    assert [says(tea, repairs, ending), says(tea, repairs, ending)] == [1, 0]
    assert [(row.queue_id, row.ending) for row in endings(actor=tea.owner)] == [(repairs, ending)]
    assert Event.objects.filter(kind="queue.ending_set").count() == 1
    assert says(tea, EVERYONES, ending) == 1


def test_only_of_a_queue_that_there_is(tea: World, repairs: int) -> None:
    close(actor=tea.owner, queue_ids=[repairs], now=NOON)
    elsewhere = create(actor=world("Another Shop").owner, name="维修", now=NOON)

    for queue_id in (repairs, elsewhere, 999_999):
        with pytest.raises(Refused, match=r"queue\.missing"):
            says(tea, queue_id, Ending(ALWAYS))
    with pytest.raises(Refused, match=r"attribute\.unknown"):
        says(tea, EVERYONES, Ending(asks=Asks.MAY, keys=("nothing",)))
