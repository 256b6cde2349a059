"""Let a table go its whole way, as the worker does."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import timedelta

from tests.make.world import NOON, World
from tongxin.center.imports import actions
from tongxin.center.imports.queries import ImportRow, one, report
from tongxin.center.imports.values import Outcome, Plan
from tongxin.center.timeline.models import Event
from tongxin.center.timeline.relay import SUBSCRIPTIONS
from tongxin.center.timeline.values import Delivered

LATER = NOON + timedelta(hours=1)


def opened(tea: World, text: str, name: str = "会员.csv") -> int:
    return actions.open_table(actor=tea.owner, name=name, text=text, now=NOON)


def row(tea: World, import_id: int) -> ImportRow:
    return one(actor=tea.owner, import_id=import_id)


def worked(import_id: int) -> int:
    """Work until nothing is left; return the number of batches."""
    batches = 0
    while actions.work(now=NOON, import_id=import_id):
        batches += 1
    return batches


def checked(tea: World, text: str, plan: Plan | None = None) -> int:
    """Open a table and check it, by what we guess of its columns unless a plan is given."""
    import_id = opened(tea, text)
    meant = plan or row(tea, import_id).plan
    actions.check_plan(actor=tea.owner, import_id=import_id, plan=meant, now=NOON)
    worked(import_id)
    return import_id


def imported(tea: World, text: str, plan: Plan | None = None) -> int:
    import_id = checked(tea, text, plan)
    actions.begin(actor=tea.owner, import_id=import_id, now=NOON)
    worked(import_id)
    return import_id


def undone(tea: World, import_id: int) -> int:
    actions.undo(actor=tea.owner, import_id=import_id, now=LATER)
    return worked(import_id)


def outcomes(tea: World, import_id: int) -> list[tuple[int, str]]:
    """Return what became of each row, by its line."""
    found = report(actor=tea.owner, import_id=import_id, limit=100)
    return [(line.line, line.outcome.value) for line in found]


def told(tea: World, import_id: int) -> dict[int, Sequence[tuple[str, str]]]:
    """Return what is wrong with which line: (heading, code)."""
    found = report(actor=tea.owner, import_id=import_id, limit=100)
    return {
        line.line: [(t.column, t.code) for t in line.troubles] for line in found if line.troubles
    }


MADE, UPDATED, SAME, SKIPPED, FAILED, UNDONE, KEPT = (
    Outcome.MADE.value, Outcome.UPDATED.value, Outcome.SAME.value, Outcome.SKIPPED.value,
    Outcome.FAILED.value, Outcome.UNDONE.value, Outcome.KEPT.value,
)  # fmt: skip


def told_to_people() -> None:
    """Let the room of people hear everything that happened, without waiting for other transactions."""
    columns = [field.name for field in fields(Delivered)]
    events = [Delivered(*row) for row in Event.objects.order_by("pk").values_list(*columns)]
    for name, subscription in SUBSCRIPTIONS.items():
        heard = [event for event in events if event.kind in subscription.kinds]
        if ".people." in name and heard:
            subscription.handler(heard)
