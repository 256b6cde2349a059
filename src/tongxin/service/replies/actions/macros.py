"""Do several things by one click."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tongxin.center.accounts.models import Member
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import ConversationId, MacroId
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import action, check, check_member
from tongxin.center.kit.text import clean
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about
from tongxin.service.conversations import actions as conversations
from tongxin.service.conversations.actions.checks import check_filled
from tongxin.service.conversations.actions.locking import has_newer, held, superseded
from tongxin.service.conversations.actions.saying import Words, said_before
from tongxin.service.conversations.actions.statuses import chosen
from tongxin.service.conversations.actions.writing import answer
from tongxin.service.conversations.models import Conversation
from tongxin.service.conversations.values import Status
from tongxin.service.queues import actions as queues
from tongxin.service.queues.queries import check_queue
from tongxin.service.queues.values import EVERYONES
from tongxin.service.replies.events import MacroArchived, MacroChanged, MacroCreated, MacroFact
from tongxin.service.replies.models import Canned, Macro, seen_by
from tongxin.service.replies.queries.canned import bodies_of, ready
from tongxin.service.replies.queries.macros import step_of
from tongxin.service.replies.queries.settings import settings_of
from tongxin.service.replies.rules import ordered
from tongxin.service.replies.values import SHARE, Do, Step

_LONGEST_NAME = 80


@dataclass(frozen=True)
class Outcome:
    """How it went with one conversation; where it was not done, ``code`` and ``detail`` say why."""

    conversation_id: ConversationId
    done: bool
    code: str = ""
    detail: str = ""


@action("macro.create", needs="conversation.write")
def create_macro(
    *, actor: Actor, name: str, steps: Sequence[Step], shared: bool = False, now: datetime
) -> MacroId:
    """Put several steps together, for oneself or (``shared``, with the permission) for everybody.

    Raises Refused: ``macro.name``, ``macro.steps``, ``canned.missing``, ``member.missing``, ``status.missing``,
    ``queue.missing``, ``actor.member``.
    """
    owner_id = _owner(actor, shared=shared)
    macro = Macro.objects.create(
        workspace_id=actor.workspace_id, owner_id=owner_id, name=_name(name),
        steps=_steps(actor, steps, shared=shared), saved_at=now,
    )  # fmt: skip
    record([_told(MacroCreated, actor, macro, now, shared=shared)])
    return macro.pk


@action("macro.change", needs="conversation.write")
def change_macro(
    *, actor: Actor, macro_id: MacroId, name: str, steps: Sequence[Step], shared: bool = False,
    now: datetime,
) -> int:  # fmt: skip
    """Let a macro do something else; returns 1 where something changed.

    Raises Refused: ``macro.missing``, and like ``macro.create``.
    """
    macro = _editable(actor, [macro_id]).first()
    if macro is None:
        raise missing()
    owner_id = macro.owner_id if bool(macro.owner_id) != shared else _owner(actor, shared=shared)
    wanted = (_name(name), _steps(actor, steps, shared=shared), owner_id)
    if (macro.name, macro.steps, macro.owner_id) == wanted:
        return 0
    macro.name, macro.steps, macro.owner_id = wanted
    macro.saved_at = now
    macro.save(update_fields=["name", "steps", "owner_id", "saved_at"])
    record([_told(MacroChanged, actor, macro, now, shared=shared)])
    return 1


@action("macro.archive", needs="conversation.write")
def archive_macros(*, actor: Actor, macro_ids: Sequence[MacroId], now: datetime) -> int:
    """Offer them no more; returns how many were offered."""
    changing = list(_editable(actor, macro_ids).filter(archived_at=None))
    Macro.objects.filter(pk__in=[m.pk for m in changing]).update(archived_at=now)
    record(_told(MacroArchived, actor, macro, now) for macro in changing)
    return len(changing)


@action("conversation.run_macro", needs="conversation.write")
def run_macro(
    *, actor: Actor, conversation_ids: Sequence[ConversationId], macro_id: MacroId,
    client_id: str | None = None, now: datetime,
) -> list[Outcome]:  # fmt: skip
    """Take a macro's steps in each conversation where all of them can be taken; tell how it went.

    A ``client_id`` lets repetitions reply once. Raises Refused: ``macro.missing``, ``canned.missing``,
    ``member.missing``, ``forbidden``.
    """
    macro = Macro.objects.filter(seen_by(actor), pk=macro_id, archived_at=None).first()
    if macro is None:
        raise missing()
    steps = [step_of(kept) for kept in macro.steps]
    found = held(actor, conversation_ids)
    refused: dict[int, Refused | None] = {pk: _gone() for pk in conversation_ids}
    refused |= {c.pk: None for c in found}
    said = said_before(found, client_id)
    fresh = [c for c in found if c.pk not in said]
    reply = next((step for step in steps if step.do is Do.REPLY), None)
    texts = _texts(actor, reply, fresh, now) if reply else {}
    if reply:
        refused |= dict(_unsayable(fresh, texts))
    able = [c.pk for c in found if refused[c.pk] is None]
    if going := {pk: text for pk, text in texts.items() if pk in set(able)}:
        answer(actor, list(going), Words("", client_id=client_id, each=going), now)
    for step in steps:
        _take(actor, step, able, now)
    return [_outcome(pk, why) for pk, why in refused.items()]


def missing() -> Refused:
    """Return the refusal of a macro that is none, or somebody else's."""
    return Refused("macro.missing", _("There is no such macro."), Reason.MISSING)


def _take(actor: Actor, step: Step, ids: Sequence[int], now: datetime) -> None:
    if step.do in _TAKES:
        _TAKES[step.do](actor, step, ids, now)


def _snooze(actor: Actor, step: Step, ids: Sequence[int], now: datetime) -> None:
    until = now + timedelta(hours=step.hours) if step.hours else None
    conversations.snooze(actor=actor, conversation_ids=ids, until=until, now=now)


def _assign(actor: Actor, step: Step, ids: Sequence[int], now: datetime) -> None:
    member_id = step.member_id or _oneself(actor)
    conversations.assign(actor=actor, conversation_ids=ids, member_id=member_id, now=now)


def _texts(
    actor: Actor, reply: Step, fresh: Sequence[Conversation], now: datetime
) -> dict[int, str]:
    """Return what the canned reply says in each conversation. Raises Refused: ``canned.missing``."""
    canned = Canned.objects.filter(
        seen_by(actor), pk=reply.canned_id or 0, archived_at=None
    ).first()
    if canned is None:
        raise Refused("canned.missing", _("There is no such canned reply."), Reason.MISSING)
    bodies = bodies_of([canned.pk])[canned.pk]
    settings = settings_of(actor=actor, conversation_ids=[c.pk for c in fresh], now=now)
    return {
        pk: ready(canned.pk, canned.name, canned.shortcut, bodies, setting).text
        for pk, setting in settings.items()
    }


def _unsayable(
    fresh: Sequence[Conversation], texts: Mapping[int, str]
) -> Iterator[tuple[int, Refused]]:
    over = superseded([c for c in fresh if c.status == Status.RESOLVED])
    for c in fresh:
        if c.pk in over:
            yield c.pk, has_newer()
            continue
        try:
            check_filled(texts[c.pk])
        except Refused as unfilled:
            yield c.pk, unfilled


def _outcome(conversation_id: int, why: Refused | None) -> Outcome:
    if why is None:
        return Outcome(conversation_id, done=True)
    return Outcome(conversation_id, done=False, code=why.code, detail=str(why.detail))


def _gone() -> Refused:
    return Refused("conversation.missing", _("There is no such conversation."), Reason.MISSING)


def _oneself(actor: Actor) -> int:
    check_member(actor)
    return actor.id


def _owner(actor: Actor, *, shared: bool) -> int | None:
    if shared:
        check(actor, SHARE)
        return None
    return _oneself(actor)


def _editable(actor: Actor, macro_ids: Collection[int]) -> QuerySet[Macro]:
    found = Macro.objects.select_for_update(of=("self",)).filter(seen_by(actor), pk__in=macro_ids)
    return found.order_by("pk") if actor.may(SHARE) else found.exclude(owner=None).order_by("pk")


def _name(name: str) -> str:
    name = clean(name).strip()
    if not 0 < len(name) <= _LONGEST_NAME:
        raise Refused("macro.name", _("A name has 1 to 80 characters."))
    return name


def _steps(actor: Actor, steps: Sequence[Step], *, shared: bool) -> list[dict[str, object]]:
    """Return the steps as they are kept, once everything they name was found."""
    try:
        kept = ordered(steps)
    except ValueError:
        raise Refused(
            "macro.steps",
            _(
                "A macro has each kind of step once, with what it needs, and one end: snooze, resolve or a status."
            ),
        ) from None
    for step in kept:
        _check_named(actor, step, shared=shared)
    return [{**asdict(step), "do": step.do.value, "tags": list(step.tags)} for step in kept]


def _check_named(actor: Actor, step: Step, *, shared: bool) -> None:
    usable = Canned.objects.filter(seen_by(actor), pk=step.canned_id or 0, archived_at=None)
    if shared:
        usable = usable.filter(owner=None)
    if step.canned_id is not None and not usable.exists():
        raise Refused("canned.missing", _("There is no such canned reply."), Reason.MISSING)
    here = Member.objects.filter(workspace_id=actor.workspace_id, removed_at=None)
    if step.member_id is not None and not here.filter(pk=step.member_id).exists():
        raise Refused("member.missing", _("There is no such member."), Reason.MISSING)
    if step.queue_id is not None:
        check_queue(actor.workspace_id, step.queue_id)
    if step.status_id is not None:
        chosen(actor, None, step.status_id)


def _told(
    fact: type[MacroFact], actor: Actor, macro: Macro, now: datetime, **more: object
) -> MacroFact:
    where = about(actor.workspace_id, actor.label, "macro", macro.pk, now)
    return fact(**where, macro_id=macro.pk, **more)


# A reply is said before, where it can be said.
_TAKES: Mapping[Do, Callable[[Actor, Step, Sequence[int], datetime], object]] = {
    Do.TAG: lambda actor, step, ids, now: conversations.tag(
        actor=actor, conversation_ids=ids, add=step.tags, now=now
    ),
    Do.UNTAG: lambda actor, step, ids, now: conversations.tag(
        actor=actor, conversation_ids=ids, remove=step.tags, now=now
    ),
    Do.MOVE: lambda actor, step, ids, now: queues.move(
        actor=actor, conversation_ids=ids, queue_id=step.queue_id or EVERYONES, now=now
    ),
    Do.ASSIGN: _assign,
    Do.SNOOZE: _snooze,
    Do.STATUS: lambda actor, step, ids, now: conversations.set_status(
        actor=actor, conversation_ids=ids, status=step.status, status_id=step.status_id, now=now
    ),
    Do.RESOLVE: lambda actor, _step, ids, now: conversations.resolve(
        actor=actor, conversation_ids=ids, now=now
    ),
}
