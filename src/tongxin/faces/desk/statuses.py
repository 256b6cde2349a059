"""The statuses one may choose: the workspace's own words over the fixed categories."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from tongxin.center.kit.ids import public_id
from tongxin.faces.desk.given import number
from tongxin.faces.desk.rows import TINTS
from tongxin.faces.desk.sections import status_names
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.service.conversations import actions
from tongxin.service.conversations.queries import StatusRow
from tongxin.service.conversations.values import Status

_USUAL = {Status.WAITING: "", Status.ON_HOLD: "soon", Status.RESOLVED: "well"}


@dataclass(frozen=True)
class Choice:
    """A status to choose: what a form sends for it, what it is called, and its tint."""

    value: str
    category: Status
    name: str
    tint: str
    status_id: int | None = None


@require_POST
@members_only("conversation.write")
def choose(request: HttpRequest, conversation: str) -> HttpResponse:
    """Give a conversation a status: one of the workspace's own, or a category."""
    status, status_id = chosen(request.POST.get("status", ""))
    actions.set_status(
        actor=seat_of(request).actor, conversation_ids=[number("conv", conversation)],
        status=status, status_id=status_id, now=timezone.now(),
    )  # fmt: skip
    return HttpResponse(status=204)


def chosen(given: str) -> tuple[Status | None, int | None]:
    """Return what a form says: a category, or one of the workspace's own. Raises: ``id.invalid``."""
    return (Status(given), None) if given in set(Status) else (None, number("sts", given))


def choices(found: Sequence[StatusRow]) -> list[Choice]:
    """Return what can be chosen, by category: its own name only where no usual status has taken its place."""
    names = status_names()
    made: list[Choice] = []
    for category in Status:
        own = [row for row in found if row.category is category]
        if not any(row.is_default for row in own):
            tint = _USUAL.get(category, "")
            made.append(Choice(category.value, category, names[category], tint))
        made += [_choice(row) for row in own]
    return made


def _choice(row: StatusRow) -> Choice:
    tint = TINTS[row.tint]
    return Choice(public_id("sts", row.id), row.category, row.name, tint, row.id)
