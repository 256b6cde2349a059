"""Take a copy of many conversations, one row for each."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.registry import action
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about
from tongxin.service.views.events import ConversationsExported
from tongxin.service.views.queries.copies import CopyRow, copies
from tongxin.service.views.queries.picking import ids_in
from tongxin.service.views.values import Target

MOST_EXPORTED = 20_000


@action("conversation.export", needs="conversation.export")
def export(*, actor: Actor, target: Target, now: datetime) -> Sequence[CopyRow]:
    """Take a copy of these conversations, or of all of a view in its order: one row for each.

    At most 20,000; that somebody did is a fact itself. Raises Refused: ``export.too_many``, ``view.missing``.
    """
    ids = ids_in(actor, target, MOST_EXPORTED + 1, now)
    if len(ids) > MOST_EXPORTED:
        raise Refused("export.too_many", _("At most 20,000 at once: let a view hold fewer."))
    found = copies(ids)
    told = about(actor.workspace_id, actor.label, "workspace", actor.workspace_id, now)
    record([ConversationsExported(**told, rows=len(found))])
    return found
