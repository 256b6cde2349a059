"""Undo merges and splits: what was done last to a conversation first, so that every row is as it was."""

from dataclasses import replace
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import RegroupingId
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import action
from tongxin.center.kit.sql import rows
from tongxin.center.timeline.actions import record
from tongxin.service.conversations.actions.locking import columns
from tongxin.service.conversations.actions.moving import (
    give_back,
    is_taken,
    move_all,
    move_some,
    said_since,
    standing,
    take_along,
    write,
)
from tongxin.service.conversations.events import ConversationUnmerged, ConversationUnsplit
from tongxin.service.conversations.models import Conversation, Regrouping
from tongxin.service.conversations.rules import (
    Standing,
    after,
    cleared,
    merged,
    of_json,
    undone,
)
from tongxin.service.conversations.values import Regroup, Status, reaches

_ASIDE = "aside"  # in what was undone: which conversation went on beside another by that
_LEAD_BACK = """
UPDATE conversations_conversation SET merged_into_id = %s WHERE id = ANY(%s::bigint[]) AND merged_into_id = %s
"""


@action("conversation.unmerge", needs="conversation.write")
def unmerge(*, actor: Actor, regrouping_id: RegroupingId, now: datetime) -> int:
    """Undo a merge; returns 1, or 0 where it was undone already.

    What came along goes back, and so does what was said at its endpoint since. Whatever nobody changed
    meanwhile is as it was. Raises Refused: ``regrouping.missing``; ``regrouping.later`` where either was
    merged or split again since, which is undone first.
    """
    done = _done(actor, regrouping_id, Regroup.MERGE)
    if done is None:
        return 0
    source, target = done.source, done.target
    followers = done.moved["followers"]
    there = {source.pk, *followers}
    since = said_since(target.pk, done.upto)
    theirs = [one for one, origin_id in since if origin_id in there]
    ours = [one for one, origin_id in since if origin_id not in there]
    own = after(_before(done, "source"), theirs)
    kept = undone(_before(done, "target"), _became(done, "target"), standing(target), ours)
    if kept.answers_id in there:
        kept = replace(kept, answers_id=_before(done, "target").answers_id)
    source.merged_into_id = None
    move_some(target.pk, source.pk, done.moved["conversations_message"], there)
    give_back(done.moved, source.pk, target.pk)
    was_open = target.status != Status.RESOLVED
    write([(target, kept)])
    _go_beside(done, source, own)
    write([(source, own)])
    if was_open and kept.status == Status.RESOLVED:
        _come_back(target)
    rows(_LEAD_BACK, [source.pk, followers, target.pk])
    _finish(done, now)
    record([ConversationUnmerged(
        **columns(actor, target, now), conversation_id=target.pk, merged_id=source.pk,
        number=source.number, regrouping_id=done.pk,
    )])  # fmt: skip
    return 1


@action("conversation.unsplit", needs="conversation.write")
def unsplit(*, actor: Actor, regrouping_id: RegroupingId, now: datetime) -> int:
    """Undo a split; returns 1, or 0 where it was undone already.

    All that was said in the part comes back, and the part's number and id lead here. Raises Refused:
    ``regrouping.missing``; ``regrouping.later`` where either was merged or split again since.
    """
    done = _done(actor, regrouping_id, Regroup.SPLIT)
    if done is None:
        return 0
    own, whole = done.source, done.target
    theirs, ours = standing(own), standing(whole)
    if (theirs, ours) == (_became(done, "source"), _became(done, "target")):
        kept = _before(done, "target")
    else:
        to = own.pk if own.person_id == whole.person_id else None
        kept = merged(ours, theirs, to)
        _go_beside(done, whole, kept)
    take_along([own.pk], whole.pk)
    move_all([own.pk], whole.pk)
    own.merged_into_id = whole.pk
    write([(own, cleared(theirs, now))])
    write([(whole, kept)])
    Conversation.objects.filter(merged_into=own).update(merged_into=whole)
    _finish(done, now)
    record([ConversationUnsplit(
        **columns(actor, whole, now), conversation_id=whole.pk, part_id=own.pk, number=own.number,
        regrouping_id=done.pk,
    )])  # fmt: skip
    return 1


def _done(actor: Actor, regrouping_id: int, kind: Regroup) -> Regrouping | None:
    """Return what is to be undone, with both conversations, held; None where it was undone."""
    here = Regrouping.objects.filter(workspace_id=actor.workspace_id, kind=kind)
    done = here.filter(pk=regrouping_id).first()
    if done is None:
        raise _missing()
    both = Conversation.objects.filter(pk__in=[done.source_id, done.target_id])
    found = {c.pk: c for c in both.select_for_update(no_key=True).order_by("pk")}
    done.refresh_from_db()
    done.source, done.target = found[done.source_id], found[done.target_id]
    asked = [done.target, *([done.source] if kind is Regroup.SPLIT else [])]
    if not all(reaches(actor, c.assignee_id, c.queue_id) for c in asked):
        raise _missing()
    if done.undone_at is not None:
        return None
    if _is_buried(done):
        raise Refused(
            "regrouping.later",
            _("It was merged or split again since: undo that first."),
            Reason.CONFLICT,
        )
    return done


def _is_buried(done: Regrouping) -> bool:
    both = [done.source_id, done.target_id]
    later = Regrouping.objects.filter(pk__gt=done.pk, undone_at=None)
    return later.filter(Q(source__in=both) | Q(target__in=both)).exists()


def _before(done: Regrouping, which: str) -> Standing:
    """Return how the source or the target stood before it was done."""
    values = {name: before for name, (before, _became) in done.changed[which].items()}
    return of_json(standing(getattr(done, which)), values)


def _became(done: Regrouping, which: str) -> Standing:
    values = {name: became for name, (_before, became) in done.changed[which].items()}
    return of_json(standing(getattr(done, which)), values)


def _go_beside(done: Regrouping, conversation: Conversation, stands: Standing) -> None:
    """Where another is open at its endpoint by now, what is back goes on beside it."""
    is_open = stands.status != Status.RESOLVED
    if is_open and not conversation.is_side and is_taken(conversation):
        conversation.is_side = True
        done.moved[_ASIDE] = conversation.pk


def _come_back(over: Conversation) -> None:
    """Where one that was open only by a merge is over again, what went aside for it goes on in its place."""
    if over.is_side or is_taken(over):
        return
    beside = set(
        Conversation.objects.filter(
            ~Q(status=Status.RESOLVED),
            inbox_id=over.inbox_id,
            endpoint_id=over.endpoint_id,
            is_side=True,
        ).values_list("pk", flat=True)
    )
    undone_here = Regrouping.objects.filter(moved__has_key=_ASIDE, undone_at__isnull=False)
    theirs = undone_here.filter(Q(source__in=beside) | Q(target__in=beside)).order_by("-pk")
    went = [one.moved[_ASIDE] for one in theirs if one.moved[_ASIDE] in beside]
    Conversation.objects.filter(pk__in=went[:1]).update(is_side=False)


def _finish(done: Regrouping, now: datetime) -> None:
    Regrouping.objects.filter(pk=done.pk).update(undone_at=now, moved=done.moved)


def _missing() -> Refused:
    return Refused("regrouping.missing", _("There is nothing like that to undo."), Reason.MISSING)
