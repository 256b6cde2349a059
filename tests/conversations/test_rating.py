"""What the person says of it at the end."""

from datetime import datetime, timedelta

import pytest

from tests.make.world import NOON, World
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.refusals import Refused
from tongxin.center.timeline.models import Event
from tongxin.service.conversations.actions import rate, reopen, resolve
from tongxin.service.conversations.models import Rating
from tongxin.service.conversations.queries import thread

DAY = timedelta(hours=24)


def mei_s(tea: World, *, by: str = "小梅") -> tuple[Actor, int]:
    """Return 小梅 and her settled conversation."""
    received = tea.write("壶盖碎了", by=by)
    resolve(actor=tea.owner, conversation_ids=[received.conversation_id], now=NOON)
    person = Actor(tea.workspace_id, "person", received.person_id, frozenset({"person.self"}))
    return person, received.conversation_id


def said(mei: Actor, mine: int, score: int, at: datetime = NOON, comment: str = "") -> int:
    return rate(
        actor=mei, conversation_id=mine, score=score, solved=score > 3, comment=comment, now=at
    )


def test_it_is_said_once_and_stands_on_the_conversation_and_the_timeline(tea: World) -> None:
    mei, mine = mei_s(tea)

    first, again = said(mei, mine, 5, comment="谢谢"), said(mei, mine, 5, comment="谢谢")

    rating = thread(actor=tea.owner, conversation_id=mine).rating
    [told] = Event.objects.filter(kind="conversation.rated")
    assert (first, again) == (1, 0)
    assert rating is not None
    assert (rating.score, rating.solved, rating.comment) == (5, True, "谢谢")
    assert (told.person_id, told.data["score"], told.data["solved"]) == (mei.id, 5, True)


def test_it_may_be_changed_for_a_day_after_the_first_word(tea: World) -> None:
    mei, mine = mei_s(tea)
    said(mei, mine, 5)

    changed = said(mei, mine, 2, NOON + DAY)

    assert (changed, Rating.objects.get().score) == (1, 2)
    assert Rating.objects.get().rated_at == NOON
    with pytest.raises(Refused) as refused:
        said(mei, mine, 5, NOON + DAY + timedelta(microseconds=1))
    assert refused.value.code == "rating.closed"
    assert Rating.objects.get().score == 2


def test_it_may_be_changed_even_when_the_talk_goes_on(tea: World) -> None:
    mei, mine = mei_s(tea)
    said(mei, mine, 5)
    reopen(actor=tea.owner, conversation_ids=[mine], now=NOON)

    assert said(mei, mine, 3) == 1


def test_nobody_rates_what_is_not_over(tea: World) -> None:
    mei, mine = mei_s(tea)
    reopen(actor=tea.owner, conversation_ids=[mine], now=NOON)

    with pytest.raises(Refused) as refused:
        said(mei, mine, 5)

    assert refused.value.code == "rating.not_resolved"


def test_nobody_rates_what_is_somebody_else_s(tea: World) -> None:
    _mei, mine = mei_s(tea)
    tom, _his = mei_s(tea, by="Tom")

    with pytest.raises(Refused) as refused:
        said(tom, mine, 1)

    assert refused.value.code == "conversation.missing"
    assert not Rating.objects.exists()


@pytest.mark.parametrize("score", [-1, 0, 6, 10**30])
def test_a_score_is_one_to_five(tea: World, score: int) -> None:
    mei, mine = mei_s(tea)

    with pytest.raises(Refused) as refused:
        said(mei, mine, score)

    assert refused.value.code == "rating.score"


def test_a_comment_of_any_characters_is_kept(tea: World) -> None:
    mei, mine = mei_s(tea)

    said(mei, mine, 4, comment=" 很\x00好\ud800！" + "长" * 3000)

    comment = Rating.objects.get().comment
    assert comment.startswith("很好\ufffd！长")
    assert len(comment) <= 2000
