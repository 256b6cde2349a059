"""What can be done to many conversations at once, and how far it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tongxin.center.kit.actor import Actor
from tongxin.faces.desk.queueing import Offered, offered
from tongxin.faces.desk.statuses import Choice, choices
from tongxin.service.conversations import queries
from tongxin.service.team.queries import PresenceRow, presences
from tongxin.service.views.queries import JobRow, ProblemRow, job, problems, total_of
from tongxin.service.views.values import MOST, JobState, Target


@dataclass(frozen=True)
class BulkBar:
    """What can be done to many conversations; ``total`` is how many the view has, up to one past ``most``."""

    total: int
    most: int
    team: Sequence[PresenceRow]
    tags: Sequence[str]
    statuses: Sequence[Choice]
    queues: Offered


@dataclass(frozen=True)
class JobPane:
    """How far a job is, and the first of what it could not do."""

    job: JobRow
    problems: Sequence[ProblemRow]


def bulk_bar(actor: Actor, target: Target, now: datetime) -> BulkBar:
    team = presences(actor=actor) if actor.may("conversation.assign") else ()
    total = total_of(actor=actor, target=target, now=now)
    statuses = choices(queries.statuses(actor=actor))
    return BulkBar(total, MOST, team, queries.tags(actor=actor), statuses, offered(actor))


def job_pane(actor: Actor, job_id: int) -> JobPane:
    row = job(actor=actor, job_id=job_id)
    is_over = row.state is not JobState.RUNNING and row.failed
    return JobPane(row, problems(actor=actor, job_id=job_id).items if is_over else ())
