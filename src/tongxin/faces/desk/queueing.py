"""Queues at the desk: what they are called, and moving conversations between them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongxin.center.kit.actor import Actor
from tongxin.faces.desk.given import number
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.service.queues.actions import move as move_to
from tongxin.service.queues.queries import queue_names
from tongxin.service.queues.values import EVERYONES, QueueName


@dataclass(frozen=True)
class Offered:
    """The queues of a workspace: those one can choose, and what all are called. Empty in a small shop."""

    queues: Sequence[QueueName]
    known: Sequence[QueueName]

    def name_of(self, queue_id: int) -> str:
        """Return what a queue is called."""
        found = (queue.name for queue in self.known if queue.id == queue_id)
        return next(found, _("Everyone"))


def offered(actor: Actor) -> Offered:
    """Return the queues one may choose from, everyone's first, if there are others."""
    own = queue_names(workspace_id=actor.workspace_id)
    can = [queue for queue in own if queue.is_open]
    everyones = QueueName(EVERYONES, _("Everyone"), is_open=True)
    return Offered([everyones, *can] if can else [], own)


@require_POST
@members_only("conversation.assign")
def move(request: HttpRequest, conversation: str) -> HttpResponse:
    """Let a conversation wait in another queue."""
    move_to(
        actor=seat_of(request).actor, conversation_ids=[number("conv", conversation)],
        queue_id=number("que", request.POST.get("queue", "")), now=timezone.now(),
    )  # fmt: skip
    return HttpResponse(status=204)
