"""Go through a table, batch by batch: check it, take its people in, take them back."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from tongxin.center.accounts.queries import actor_of
from tongxin.center.attributes.queries import shapes
from tongxin.center.attributes.values import Thing
from tongxin.center.imports.actions.finding import owners_of, those_here, told_before
from tongxin.center.imports.actions.opening import PLAN
from tongxin.center.imports.actions.planning import settled
from tongxin.center.imports.actions.reading import read_row
from tongxin.center.imports.models import Import, Key
from tongxin.center.imports.rules.matching import Fate, fate_of, keys_of, twin_of
from tongxin.center.imports.values import IMPORT, Outcome, Plan, Stage, Trouble
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.jobs import JobState, carry_on, claim
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.registry import check
from tongxin.center.kit.sql import rows, table
from tongxin.center.kit.turns import take_turns
from tongxin.center.people.actions import archive_empty, enter, withdraw
from tongxin.center.people.values import Entered, Entry
from tongxin.center.timeline.actions import record

BATCH = 500
PROOF = "imported"
_TAKEN = {Outcome.MADE, Outcome.UPDATED}
_NEXT = """
SELECT place, line, cells, outcome, entered FROM imports_row
WHERE source_id = %s AND place >= %s ORDER BY place LIMIT %s
"""
_WRITE = """
UPDATE imports_row r SET outcome = w.outcome, person_id = w.person_id, troubles = w.troubles,
    entered = COALESCE(w.entered, r.entered),
    cells = CASE WHEN w.forget THEN '{}' ELSE r.cells END
FROM json_to_recordset(%s)
    AS w (place int, outcome text, person_id bigint, troubles jsonb, entered jsonb, forget boolean)
WHERE r.source_id = %s AND r.place = w.place
"""


@dataclass(frozen=True)
class Line:
    """A row as the next step finds it."""

    place: int
    line: int
    cells: Sequence[str]
    outcome: str
    entered: Mapping[str, Any] | None


@dataclass(frozen=True)
class Done:
    """What a step made of a row."""

    place: int
    outcome: Outcome
    person_id: int | None = None
    troubles: Sequence[Trouble] = ()
    entered: Mapping[str, Any] | None = None
    forget: bool = False


def work(*, now: datetime, import_id: int | None = None) -> bool:
    """Do the next batch of the table that has waited longest (or of this one); whether there was one.

    The batch and its place commit together: no row is imported twice, whoever is killed when.
    """
    return carry_on(Import, lambda: _claimed(import_id), lambda one: _advance(one, now), now)


def _claimed(import_id: int | None) -> Import | None:
    found = claim(Import, "id", import_id)
    return Import.objects.get(pk=found[0]) if found else None


def _advance(found: Import, now: datetime) -> None:
    """Do one batch: a constant number of statements, however many rows it has."""
    take_turns("imports.work", [found.workspace_id])  # whom one batch adds, the next one finds
    actor = actor_of(workspace_id=found.workspace_id, label=found.begun_by)
    plan = PLAN.validate_python(found.plan)
    lines = [Line(*row) for row in rows(_NEXT, [found.pk, plan.has_head + found.done, BATCH])]
    try:
        check(actor, IMPORT)
        check(actor, "people.write")
        with transaction.atomic():
            done = _STEPS[Stage(found.stage)](found, actor, plan, lines, now)
    except Refused as refused:
        if found.stage == Stage.UNDO:
            raise  # nothing is lost: somebody who may undoes it later
        done = [Done(one.place, Outcome.FAILED, None, [Trouble(-1, refused.code)]) for one in lines]
    written = [{**asdict(one), "outcome": one.outcome.value} for one in done]
    rows(_WRITE, [table(written), found.pk])
    _move(found, lines, done, now)


def _check(
    found: Import, actor: Actor, plan: Plan, lines: Sequence[Line], now: datetime
) -> list[Done]:
    return [
        Done(line.place, fate.outcome, fate.person_id, fate.troubles)
        for line, _entry, fate in _fates(found, plan, lines)
    ]


def _import(
    found: Import, actor: Actor, plan: Plan, lines: Sequence[Line], now: datetime
) -> list[Done]:
    fates = _fates(found, plan, lines)
    taken = [(line, _meaning(entry, fate)) for line, entry, fate in fates if fate.outcome in _TAKEN]
    entered, made = enter(
        actor, [entry for _line, entry in taken], overwrite=plan.overwrite, proof=PROOF, now=now
    )
    found.organization_ids = [*found.organization_ids, *made]
    new = {line.place: one for (line, _entry), one in zip(taken, entered, strict=True)}
    return [
        _imported(line.place, new[line.place], now)
        if line.place in new
        else Done(
            line.place, fate.outcome, fate.person_id, fate.troubles,
            forget=fate.outcome is Outcome.SKIPPED,
        )
        for line, _entry, fate in fates
    ]  # fmt: skip


def _undo(
    found: Import, actor: Actor, plan: Plan, lines: Sequence[Line], now: datetime
) -> list[Done]:
    told = [
        (line, *_entered(line.entered)) for line in lines if line.entered and line.outcome in _TAKEN
    ]
    left = withdraw(actor, [(entered, at) for _line, entered, at in told], now)
    return [
        Done(
            line.place, Outcome.KEPT if entered.person_id in left else Outcome.UNDONE, entered.person_id,
            [Trouble(-1, _why(*one)) for one in left.get(entered.person_id, ())],
        )
        for line, entered, _at in told
    ]  # fmt: skip


_STEPS: Mapping[Stage, Callable[[Import, Actor, Plan, Sequence[Line], datetime], list[Done]]] = {
    Stage.CHECK: _check,
    Stage.IMPORT: _import,
    Stage.UNDO: _undo,
}


def _fates(found: Import, plan: Plan, lines: Sequence[Line]) -> list[tuple[Line, Entry, Fate]]:
    """Decide about every row, in their order. Five statements."""
    known = shapes(workspace_id=found.workspace_id, thing=Thing.PERSON)
    told = [(line, *read_row(line.cells, plan, known)) for line in lines]
    good = [(line, entry) for line, entry, troubles in told if not troubles]
    owners = owners_of(
        found.pk, [(line.place, line.line, entry.addresses) for line, entry in good], plan.by
    )
    house = those_here(
        found.workspace_id, {key for _line, e in good for key in keys_of(e.addresses, plan.by)}
    )
    before = told_before(found.pk, plan.has_head + found.done, house.people)
    fates = []
    for line, entry, troubles in told:
        fate = Fate(Outcome.FAILED, None, troubles)
        if not troubles:
            twin = twin_of(line.place, entry.addresses, plan.by, owners)
            fate = _twice(twin) if twin else fate_of(entry.addresses, plan, house)
        if fate.outcome is Outcome.UPDATED and fate.person_id is not None:
            first = before.setdefault(fate.person_id, line.line)
            fate = fate if first == line.line else _twice(first)
        fates.append((line, entry, fate))
    return fates


def _twice(line: int) -> Fate:
    return Fate(Outcome.FAILED, None, [Trouble(-1, "row.twice", line)])


def _meaning(entry: Entry, fate: Fate) -> Entry:
    return Entry(**{**vars(entry), "person_id": fate.person_id})


def _imported(place: int, entered: Entered | None, now: datetime) -> Done:
    if entered is None:
        return Done(place, Outcome.FAILED, None, [Trouble(-1, "person.missing")])
    outcome = Outcome.MADE if entered.is_new else Outcome.UPDATED
    if not entered.is_something:
        return Done(place, Outcome.SAME, entered.person_id, forget=True)
    kept = {**vars(entered), "at": now}
    return Done(place, outcome, entered.person_id, entered=kept, forget=True)


def _entered(kept: Mapping[str, Any]) -> tuple[Entered, datetime]:
    own = {name: value for name, value in kept.items() if name != "at"}
    return Entered(**own), datetime.fromisoformat(kept["at"])


def _why(field: str, code: str) -> str:
    return f"{code}:{field}" if field else code


def _move(found: Import, lines: Sequence[Line], done: Sequence[Done], now: datetime) -> None:
    counts = Counter(found.tally) + Counter(one.outcome.value for one in done)
    found.tally = dict(counts)
    found.done += len(lines)
    found.changed = sum(counts[one] for one in (Outcome.MADE, Outcome.UPDATED, Outcome.UNDONE))
    found.failed, found.touched_at = counts[Outcome.FAILED] + counts[Outcome.KEPT], now
    if found.done >= found.total or not lines:
        _end(found, now)
    found.save()


def _end(found: Import, now: datetime) -> None:
    record(settled(found, JobState.DONE, found.begun_by, now))
    if found.stage == Stage.IMPORT:
        Key.objects.filter(source=found).delete()
    if found.stage == Stage.UNDO:
        actor = actor_of(workspace_id=found.workspace_id, label=found.begun_by)
        archive_empty(actor, found.organization_ids, now)
