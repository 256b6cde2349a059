"""One thing done to many conversations: in batches, once, and told where it could not be."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from tests.laws.state import Statements
from tests.make.together import together
from tests.make.world import NOON, World, world
from tongxin.center.accounts.actions import remove_members
from tongxin.center.kit.refusals import Refused
from tongxin.center.timeline.models import Event
from tongxin.service.conversations.actions import reopen, resolve
from tongxin.service.conversations.models import Conversation, Tagging
from tongxin.service.conversations.queries import View
from tongxin.service.conversations.values import Status
from tongxin.service.views.actions import begin, cancel, work
from tongxin.service.views.actions.jobs import BATCH
from tongxin.service.views.models import Job
from tongxin.service.views.queries import job, problems, shelf
from tongxin.service.views.values import Deed, JobState, Target, Verb

LATER = NOON + timedelta(hours=1)
WHOLE = Target(view=View.ALL)
RESOLVE = Deed(Verb.RESOLVE)


def begun(tea: World, deed: Deed = RESOLVE, target: Target = WHOLE) -> int:
    return begin(actor=tea.owner, deed=deed, target=target, now=NOON)


def finish() -> int:
    """Work until nothing is left; return the number of batches."""
    batches = 0
    while work(now=LATER):
        batches += 1
    return batches


def resolved() -> int:
    return Conversation.objects.filter(status=Status.RESOLVED).count()


def why(tea: World, job_id: int) -> dict[int, str]:
    return {row.conversation_id: row.code for row in problems(actor=tea.owner, job_id=job_id)}


def test_a_whole_view_is_done_batch_by_batch(tea: World) -> None:
    tea.conversations(BATCH + 3)
    job_id = begun(tea)

    assert list(shelf(actor=tea.owner).running) == [job_id]
    assert finish() == 2

    row = job(actor=tea.owner, job_id=job_id)
    assert (row.state, row.done, row.changed, row.failed) == (JobState.DONE, 503, 503, 0)
    assert resolved() == 503
    assert Event.objects.filter(kind="conversation.resolved").count() == 503
    assert list(shelf(actor=tea.owner).running) == []


def test_who_comes_later_is_not_touched(tea: World) -> None:
    tea.conversations(2)
    begun(tea)
    late = tea.write("还有我", by="Tom")
    finish()

    assert Conversation.objects.get(pk=late.conversation_id).status == Status.NEW


def test_a_batch_takes_as_many_statements_for_one_as_for_many(tea: World) -> None:
    def statements(many: int) -> int:
        begun(tea, target=Target(tuple(tea.conversations(many))))
        counted = Statements()
        with connection.execute_wrapper(counted):
            assert work(now=NOON)
        return counted.count

    assert statements(2) == statements(2) == statements(40)


def test_what_could_not_be_done_is_told_with_why(tea: World) -> None:
    settled, fresh = tea.conversations(2)
    resolve(actor=tea.owner, conversation_ids=[settled], now=NOON)
    Conversation.objects.filter(pk=settled).update(resolved_at=NOON - timedelta(days=30))
    job_id = begun(tea, Deed(Verb.SNOOZE), Target((settled, fresh)))
    finish()

    assert why(tea, job_id) == {settled: "conversation.resolved"}
    assert job(actor=tea.owner, job_id=job_id).changed == 1
    assert Conversation.objects.get(pk=fresh).is_snoozed


def test_one_who_wrote_meanwhile_is_not_resolved(tea: World) -> None:
    wrote = tea.write("你好").conversation_id
    [silent] = tea.conversations(1)
    job_id = begun(tea)
    tea.write("还有一件事", at=NOON + timedelta(seconds=5))
    finish()

    assert why(tea, job_id) == {wrote: "conversation.wrote_again"}
    assert Conversation.objects.get(pk=silent).status == Status.RESOLVED


def test_what_was_continued_elsewhere_stays_settled(tea: World) -> None:
    old = tea.write("壶盖碎了").conversation_id
    resolve(actor=tea.owner, conversation_ids=[old], now=NOON)
    new = tea.write("又碎了", at=NOON + timedelta(days=30)).conversation_id
    job_id = begun(tea, Deed(Verb.REOPEN), Target((old, new)))
    finish()

    assert why(tea, job_id) == {old: "conversation.has_newer"}


def test_tags_and_owners_are_given_to_all(tea: World) -> None:
    tea.conversations(3)
    begun(tea, Deed(Verb.TAG, add=("清仓",)))
    begun(tea, Deed(Verb.ASSIGN, member_id=tea.owner.id))
    finish()

    assert Tagging.objects.count() == 3
    assert Conversation.objects.filter(assignee_id=tea.owner.id).count() == 3


@pytest.mark.parametrize(
    ("deed", "code"),
    [
        (Deed(Verb.ASSIGN, member_id=2**40), "member.missing"),
        (Deed(Verb.SNOOZE, until=NOON - timedelta(days=1)), "snooze.past"),
        (Deed(Verb.TAG, add=("x" * 41,)), "tag.name"),
        (RESOLVE, "job.nothing"),
    ],
)
def test_what_could_never_be_done_is_refused_at_once(tea: World, deed: Deed, code: str) -> None:
    with pytest.raises(Refused) as refused:
        begun(tea, deed)

    assert refused.value.code == code
    assert not Job.objects.exists()


def test_a_cancelled_job_goes_no_further(tea: World) -> None:
    tea.conversations(BATCH + 5)
    job_id = begun(tea)
    work(now=NOON)

    assert cancel(actor=tea.owner, job_ids=[job_id], now=LATER) == 1
    assert finish() == 0
    assert job(actor=tea.owner, job_id=job_id).state == JobState.CANCELLED
    assert resolved() == BATCH


def test_a_member_who_leaves_does_nothing_more(tea: World) -> None:
    ids = tea.conversations(2)
    tom = tea.member()
    job_id = begin(actor=tom, deed=RESOLVE, target=WHOLE, now=NOON)
    remove_members(actor=tea.owner, member_ids=[tom.id], now=NOON)
    finish()

    assert why(tea, job_id) == dict.fromkeys(ids, "forbidden")
    assert resolved() == 0


def test_jobs_take_turns(tea: World) -> None:
    tea.conversations(BATCH + 1)
    large = begun(tea)
    small = begun(tea, target=Target(tuple(tea.conversations(1))))
    work(now=NOON + timedelta(seconds=1))
    work(now=NOON + timedelta(seconds=2))

    assert job(actor=tea.owner, job_id=small).state == JobState.DONE
    assert job(actor=tea.owner, job_id=large).state == JobState.RUNNING


def test_nobody_else_s_workspace_is_chosen(tea: World) -> None:
    theirs = world("Leaf & Kettle").conversations(2)

    with pytest.raises(Refused, match=r"job\.nothing"):
        begun(tea, target=Target(tuple(theirs)))


class Killed(BaseException):
    """What a SIGKILL looks like from inside: nothing after it runs."""


def test_a_killed_batch_was_never_done(tea: World, monkeypatch: pytest.MonkeyPatch) -> None:
    tea.conversations(BATCH + 7)
    begun(tea)
    work(now=NOON)

    def dies(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("tongxin.service.views.actions.jobs._move", dies)
        with pytest.raises(Killed), transaction.atomic():
            work(now=NOON)
    assert resolved() == BATCH

    finish()
    assert resolved() == BATCH + 7
    assert Event.objects.filter(kind="conversation.resolved").count() == BATCH + 7


@pytest.mark.django_db(transaction=True)
def test_four_workers_do_nothing_twice() -> None:
    tea = world()
    ids = tea.conversations(BATCH * 3)
    begun(tea)
    together([finish] * 4)
    finish()

    told = list(Event.objects.filter(kind="conversation.resolved").values_list("data", flat=True))
    assert sorted(data["conversation_id"] for data in told) == sorted(ids)
    assert Job.objects.get().done == BATCH * 3
    again = reopen(actor=tea.owner, conversation_ids=ids, now=LATER)
    assert again == BATCH * 3


def test_ten_thousand_are_resolved_by_so_many_batches(tea: World) -> None:
    for hundred in range(10):
        tea.written([(f"visitor {hundred}.{n}", "壶盖碎了") for n in range(1000)])
    begun(tea)
    assert finish() == 10_000 / BATCH

    assert resolved() == 10_000
    with connection.cursor() as cursor:  # foreign keys are looked at as if the tables were small
        cursor.execute("DISCARD PLANS")
