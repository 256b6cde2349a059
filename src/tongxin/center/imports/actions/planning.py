"""Say what the columns mean; let the worker check, import and undo."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from tongxin.center.attributes.queries import shapes
from tongxin.center.attributes.values import Thing
from tongxin.center.imports.actions.opening import PLAN
from tongxin.center.imports.events import (
    ImportBegun,
    ImportChecked,
    ImportEnded,
    ImportUndoing,
    ImportUndone,
)
from tongxin.center.imports.models import Import, Key
from tongxin.center.imports.values import (
    ATTRIBUTE,
    CONSENT,
    IMPORT,
    KEPT_DAYS,
    MEANINGS,
    SEVERAL,
    Outcome,
    Plan,
    Stage,
)
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import ImportId
from tongxin.center.kit.jobs import JobState
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import action, check
from tongxin.center.people.actions.reading import read_proof, read_tag
from tongxin.center.people.values import Purpose, Way
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import About, Fact, about

_WRITE = "people.write"


@action("import.check", needs=IMPORT)
def check_plan(*, actor: Actor, import_id: ImportId, plan: Plan, now: datetime) -> int:
    """Say what the columns mean, and find out what would happen to each row, and every error; nothing is written.

    The worker does it; returns how many rows it goes through. Consents need to say where they come from.

    Raises Refused: ``import.missing``, ``import.busy``, ``import.done``, ``import.column`` (unknown, or
    twice), ``import.nobody`` (no name and no address), ``consent.proof``, ``person_tag.name``.
    """
    found = _held(actor, import_id, {Stage.OPENED, Stage.CHECK})
    _check_columns(actor, plan, len(found.head))
    for tag in plan.tags:
        read_tag(tag)
    found.plan = PLAN.dump_python(plan, mode="json")
    found.total = found.rows - plan.has_head
    Key.objects.filter(source=found).delete()
    _start(found, Stage.CHECK, actor, now)
    record([ImportChecked(**_about(actor, found, now), import_id=found.pk)])
    return found.total


@action("import.begin", needs=IMPORT)
def begin(*, actor: Actor, import_id: ImportId, now: datetime) -> int:
    """Take the people of a checked table in: the worker does it; returns how many rows there are.

    Raises Refused: ``import.missing``, ``import.busy``, ``import.done``, ``import.unchecked``.
    """
    check(actor, _WRITE)
    found = _held(actor, import_id, {Stage.OPENED, Stage.CHECK})
    if found.stage != Stage.CHECK or found.state != JobState.DONE:
        raise Refused("import.unchecked", _("Check the table first."), Reason.CONFLICT)
    _start(found, Stage.IMPORT, actor, now)
    record([ImportBegun(**_about(actor, found, now), import_id=found.pk, rows=found.total)])
    return found.total


@action("import.cancel", needs=IMPORT)
def cancel(*, actor: Actor, import_ids: Sequence[ImportId], now: datetime) -> int:
    """Go through these tables no further; what is done stays done, and can be undone. Returns how many it stopped."""
    mine = Import.objects.filter(workspace_id=actor.workspace_id, pk__in=import_ids)
    running = list(mine.filter(state=JobState.RUNNING).select_for_update().order_by("pk"))
    record(fact for one in running for fact in settled(one, JobState.CANCELLED, actor.label, now))
    Import.objects.bulk_update(running, ["state", "imported_at", "touched_at"])
    return len(running)


@action("import.undo", needs=IMPORT)
def undo(*, actor: Actor, import_id: ImportId, now: datetime) -> int:
    """Undo an import within 30 days: people it made whom nobody touched since are removed, changed fields go back.

    The worker does it, and tells row by row what could not be undone; returns how many rows there are.

    Raises Refused: ``import.missing``, ``import.busy``, ``import.not_done``, ``import.too_old``.
    """
    check(actor, _WRITE)
    found = _held(actor, import_id, set(Stage))
    if found.stage not in {Stage.IMPORT, Stage.UNDO}:
        raise Refused("import.not_done", _("Nothing was imported yet."), Reason.CONFLICT)
    if (found.imported_at or found.begun_at) < now - timedelta(days=KEPT_DAYS):
        raise Refused("import.too_old", _("An import can be undone for 30 days."), Reason.CONFLICT)
    if found.stage == Stage.UNDO and found.state == JobState.DONE:
        return 0
    tally = dict(found.tally)
    _start(found, Stage.UNDO, actor, now)
    Import.objects.filter(pk=found.pk).update(tally=tally)
    record([ImportUndoing(**_about(actor, found, now), import_id=found.pk)])
    return found.total


def settled(found: Import, state: JobState, by: str, now: datetime) -> list[Fact]:
    """Mark that a table is gone through no further; return what to tell of it."""
    found.state, found.touched_at = state.value, now
    where = about(found.workspace_id, by, "import", found.pk, now)
    counts = Counter(found.tally)
    if found.stage == Stage.IMPORT:
        found.imported_at = now
        return [
            ImportEnded(
                **where, import_id=found.pk, state=state, made=counts[Outcome.MADE],
                updated=counts[Outcome.UPDATED], failed=counts[Outcome.FAILED],
            )
        ]  # fmt: skip
    if found.stage == Stage.UNDO:
        told = {"undone": counts[Outcome.UNDONE], "kept": counts[Outcome.KEPT]}
        return [ImportUndone(**where, import_id=found.pk, state=state, **told)]
    return []


def _start(found: Import, stage: Stage, actor: Actor, now: datetime) -> None:
    found.stage, found.state, found.tally = stage.value, JobState.RUNNING.value, {}
    found.done = found.changed = found.failed = 0
    found.begun_by, found.begun_at, found.touched_at = actor.label, now, now
    found.save()


def _held(actor: Actor, import_id: int, stages: set[Stage]) -> Import:
    mine = Import.objects.filter(workspace_id=actor.workspace_id, pk=import_id)
    if (found := mine.select_for_update().first()) is None:
        raise missing()
    if found.state == JobState.RUNNING:
        raise Refused("import.busy", _("It is being gone through just now."), Reason.CONFLICT)
    if found.stage not in stages:
        raise Refused("import.done", _("This table was imported already."), Reason.CONFLICT)
    return found


def missing() -> Refused:
    return Refused("import.missing", _("There is no such import."), Reason.MISSING)


def _check_columns(actor: Actor, plan: Plan, width: int) -> None:
    wrong = Refused("import.column", _("A column has a meaning that is unknown, or given twice."))
    meant = [meaning for meaning in plan.columns if meaning]
    known = {*MEANINGS, *_possible(actor)}
    once = [meaning for meaning in meant if meaning not in SEVERAL]
    if len(plan.columns) > width or not known.issuperset(meant) or len(once) != len(set(once)):
        raise wrong
    if not {"name", "external", "email", "phone"} & set(meant):
        raise Refused("import.nobody", _("Say which column holds the name or an address."))
    if any(meaning.startswith(CONSENT) for meaning in meant) and "proof" not in meant:
        read_proof(plan.proof)


def _possible(actor: Actor) -> Iterator[str]:
    known = shapes(workspace_id=actor.workspace_id, thing=Thing.PERSON)
    yield from (f"{ATTRIBUTE}{key}" for key in known)
    yield from (f"{CONSENT}{way}.{purpose}" for way in Way for purpose in Purpose)


def _about(actor: Actor, found: Import, now: datetime) -> About:
    return about(actor.workspace_id, actor.label, "import", found.pk, now)
