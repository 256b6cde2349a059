"""How far jobs are, and what they could not do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tongxin.center.kit.actor import Actor, Reach
from tongxin.center.kit.ids import ConversationId, JobId
from tongxin.center.kit.jobs import JobState
from tongxin.center.kit.paging import Limit, Page, page, read_cursor
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import query
from tongxin.center.kit.sql import rows
from tongxin.service.conversations.values import reached, reaching
from tongxin.service.views.models import Job
from tongxin.service.views.values import Verb


@dataclass(frozen=True)
class JobRow:
    """A job: of ``total`` conversations ``done`` are through, ``changed`` were changed, ``failed`` could
    not be.
    """  # noqa: D205

    id: JobId
    verb: Verb
    state: JobState
    total: int
    done: int
    changed: int
    failed: int
    begun_at: datetime


@dataclass(frozen=True)
class ProblemRow:
    """A conversation that could not be changed: a code, and why in words."""

    conversation_id: ConversationId
    number: int | None
    person_name: str
    code: str
    why: str


ProblemPage = Page[ProblemRow]
_PROBLEMS = """
SELECT x.id, x.conversation_id, c.number, COALESCE(p.name, ''), x.code FROM views_problem x
JOIN views_job j ON j.id = x.job_id
LEFT JOIN conversations_conversation c ON c.id = x.conversation_id AND c.workspace_id = j.workspace_id
LEFT JOIN people_person p ON p.id = c.person_id
WHERE j.workspace_id = %(workspace)s AND j.id = %(job)s AND x.id > %(last)s AND {reached}
ORDER BY x.id LIMIT %(limit)s
"""


@query("job.get", needs="conversation.read")
def job(*, actor: Actor, job_id: JobId) -> JobRow:
    """Return how far a job is. Raises Refused: ``job.missing``."""
    found = _rows(_mine(actor).filter(pk=job_id))
    if not found:
        raise Refused("job.missing", _("There is no such job."), Reason.MISSING)
    return found[0]


@query("job.list", needs="conversation.read")
def jobs(*, actor: Actor) -> Sequence[JobRow]:
    """Return the latest 20 jobs that one began oneself, newest first."""
    return _rows(_mine(actor).filter(begun_by=actor.label).order_by("-pk")[:20])


@query("job.problems", needs="conversation.read")
def problems(
    *, actor: Actor, job_id: JobId, cursor: str | None = None, limit: Limit = 50
) -> ProblemPage:
    """Return which conversations a job could not change, and why. Raises Refused: ``cursor.invalid``."""
    [last] = read_cursor(cursor, 1) if cursor is not None else [0]
    values = {**reaching(actor), "job": job_id, "last": last, "limit": limit + 1}
    found = rows(_PROBLEMS.format(reached=reached(actor)), values)
    places = {row[1]: row[0] for row in found}
    told = [
        ProblemRow(pk, number, name, code, sentence_of(code))
        for _id, pk, number, name, code in found
    ]
    return page(told, limit, lambda row: (places[row.conversation_id],))


def sentence_of(code: str) -> str:
    """Say why a conversation could not be changed."""
    sentences = {
        "conversation.missing": _("It is not there any more."),
        "conversation.resolved": _("It is resolved: there is nothing to put aside."),
        "conversation.has_newer": _("A newer conversation with this person is open."),
        "conversation.wrote_again": _("The person wrote meanwhile."),
        "member.missing": _("There is no such member."),
        "forbidden": _("You do not have the permission for this."),
    }
    return sentences.get(code, code)


def _mine(actor: Actor) -> "QuerySet[Job]":
    """Everybody's jobs; who does not reach every conversation sees their own only."""
    here = Job.objects.filter(workspace_id=actor.workspace_id)
    return here if actor.reach is Reach.ALL else here.filter(begun_by=actor.label)


def _rows(found: "QuerySet[Job]") -> list[JobRow]:
    columns = ("pk", "deed__verb", "state", "total", "done", "changed", "failed", "begun_at")
    return [
        JobRow(pk, Verb(verb), JobState(state), *numbers)
        for pk, verb, state, *numbers in found.values_list(*columns)
    ]
