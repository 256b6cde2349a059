"""Do one thing to many conversations, batch by batch."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from pydantic import TypeAdapter

from tongxin.center.accounts.queries import actor_of
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import JobId
from tongxin.center.kit.jobs import JobState, carry_on, claim, move
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.registry import action
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about
from tongxin.service.conversations import actions
from tongxin.service.conversations.actions.statuses import chosen
from tongxin.service.conversations.values import Status
from tongxin.service.queues import actions as queues
from tongxin.service.queues.queries import missing as no_queue
from tongxin.service.views.events import JobBegun, JobEnded
from tongxin.service.views.models import Job, Problem
from tongxin.service.views.queries.picking import ids_in
from tongxin.service.views.values import MOST, Deed, Target, Verb

BATCH = 500
_DEED = TypeAdapter(Deed)
# The slice is cut in the database: a batch of a large job does not carry the whole job here.
_COLUMNS = f"""id, workspace_id, deed, begun_by, begun_at, total, done, changed, failed,
conversation_ids[done + 1:done + {BATCH}]"""


@dataclass(frozen=True)
class _Claimed:
    """A running job that is ours until the transaction ends, with its next conversations."""

    id: int
    workspace_id: int
    deed: Mapping[str, Any]
    begun_by: str
    begun_at: datetime
    total: int
    done: int
    changed: int
    failed: int
    next_ids: Sequence[int]


@action("job.begin", needs="conversation.write")
def begin(*, actor: Actor, deed: Deed, target: Target, now: datetime) -> JobId:
    """Resolve, reopen, assign, move, snooze, tag or give a status to many conversations, or all of a view.

    It is done in the background. What it is about is settled now: who comes later is not touched.
    Raises Refused: ``job.nothing``, ``job.too_many`` (100,000), and what the verb refuses.
    """
    _do(actor, deed, [], now)  # refuses now what could never be done
    ids = ids_in(actor, target, MOST + 1, now)
    if not ids:
        raise Refused("job.nothing", _("There is no conversation to do this to."))
    if len(ids) > MOST:
        raise Refused("job.too_many", _("At most 100,000 conversations at once."))
    job = Job.objects.create(
        workspace_id=actor.workspace_id, deed=_DEED.dump_python(deed, mode="json"),
        conversation_ids=ids, begun_by=actor.label, begun_at=now, total=len(ids), touched_at=now,
    )  # fmt: skip
    told = about(actor.workspace_id, actor.label, "job", job.pk, now)
    record([JobBegun(**told, job_id=job.pk, verb=deed.verb, total=len(ids))])
    return job.pk


@action("job.cancel", needs="conversation.write")
def cancel(*, actor: Actor, job_ids: Sequence[JobId], now: datetime) -> int:
    """Let jobs go no further; what is done stays done. Returns how many were still running."""
    mine = Job.objects.filter(workspace_id=actor.workspace_id, pk__in=job_ids)
    running = list(
        mine.filter(state=JobState.RUNNING).defer("conversation_ids").select_for_update().order_by("pk")
    )  # fmt: skip
    Job.objects.filter(pk__in=[job.pk for job in running]).update(
        state=JobState.CANCELLED, touched_at=now
    )
    record(
        JobEnded(
            **about(job.workspace_id, actor.label, "job", job.pk, now),
            job_id=job.pk, state=JobState.CANCELLED, changed=job.changed, failed=job.failed,
        )
        for job in running
    )  # fmt: skip
    return len(running)


def work(*, now: datetime, job_id: int | None = None) -> bool:
    """Do the next batch of the job that has waited longest (or of this one); whether there was one.

    The batch and its place in the job commit together: nothing is done twice, whoever is killed when.
    """
    return carry_on(Job, lambda: _claimed(job_id), lambda job: _advance(job, now), now)


def _claimed(job_id: int | None) -> _Claimed | None:
    found = claim(Job, _COLUMNS, job_id)
    return _Claimed(*found) if found else None


def _advance(job: _Claimed, now: datetime) -> None:
    """Do one batch: a constant number of statements, however many conversations it has."""
    deed = _DEED.validate_python(job.deed)
    actor = actor_of(workspace_id=job.workspace_id, label=job.begun_by)
    ids = list(job.next_ids)
    problems: Mapping[int, str] = {}
    changed = 0
    try:
        with transaction.atomic():
            problems = actions.obstacles(
                actor=actor, conversation_ids=ids, verb=_meant(actor, deed), since=job.begun_at
            )
            changed = _do(actor, deed, [pk for pk in ids if pk not in problems], now)
    except Refused as refused:
        problems, changed = dict.fromkeys(ids, refused.code), 0
    Problem.objects.bulk_create(
        Problem(job_id=job.id, conversation_id=pk, code=code) for pk, code in problems.items()
    )
    _move(job, changed, len(problems), now)


def _meant(actor: Actor, deed: Deed) -> str:
    """Return what a deed comes to: a status of the end settles."""
    if deed.verb is Verb.STATUS:
        category, _label_id = chosen(actor, deed.status, deed.status_id)
        return Verb.RESOLVE if category is Status.RESOLVED else Verb.STATUS
    return deed.verb


def _move(job: _Claimed, changed: int, failed: int, now: datetime) -> None:
    done = job.done + len(job.next_ids)
    changed, failed = job.changed + changed, job.failed + failed
    state = JobState.DONE if done >= job.total else JobState.RUNNING
    move(Job, job.id, (done, changed, failed), state, now)
    if state is JobState.DONE:
        told = about(job.workspace_id, job.begun_by, "job", job.id, now)
        record([JobEnded(**told, job_id=job.id, state=state, changed=changed, failed=failed)])


def _do(actor: Actor, deed: Deed, ids: Sequence[int], now: datetime) -> int:
    return _DOES[deed.verb](actor, deed, ids, now)


def _move_to(actor: Actor, deed: Deed, ids: Sequence[int], now: datetime) -> int:
    if deed.queue_id is None:
        raise no_queue()
    return queues.move(actor=actor, conversation_ids=ids, queue_id=deed.queue_id, now=now)


_DOES: Mapping[Verb, Callable[[Actor, Deed, Sequence[int], datetime], int]] = {
    Verb.RESOLVE: lambda actor, _deed, ids, now: actions.resolve(
        actor=actor, conversation_ids=ids, now=now
    ),
    Verb.REOPEN: lambda actor, _deed, ids, now: actions.reopen(
        actor=actor, conversation_ids=ids, now=now
    ),
    Verb.ASSIGN: lambda actor, deed, ids, now: actions.assign(
        actor=actor, conversation_ids=ids, member_id=deed.member_id, now=now
    ),
    Verb.SNOOZE: lambda actor, deed, ids, now: actions.snooze(
        actor=actor, conversation_ids=ids, until=deed.until, now=now
    ),
    Verb.TAG: lambda actor, deed, ids, now: actions.tag(
        actor=actor, conversation_ids=ids, add=deed.add, remove=deed.remove, now=now
    ),
    Verb.STATUS: lambda actor, deed, ids, now: actions.set_status(
        actor=actor, conversation_ids=ids, status=deed.status, status_id=deed.status_id, now=now
    ),
    Verb.MOVE: _move_to,
}
