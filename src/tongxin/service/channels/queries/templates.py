"""Which templates an inbox's vendor has approved, and what one says once it is filled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import InboxId
from tongxin.center.kit.plugins import load, manifests
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import query
from tongxin.center.kit.sql import rows
from tongxin.service.channels.models import Inbox
from tongxin.service.channels.ports import Channel, Template
from tongxin.service.channels.rules import filled
from tongxin.service.channels.values import Filled, TemplateRow

_OF_INBOX = """
SELECT t.id, t.inbox_id, t.key, t.language, t.name, t.text, t.holes
FROM channels_template t JOIN channels_inbox i ON i.id = t.inbox_id
WHERE i.workspace_id = %s AND t.inbox_id = %s ORDER BY t.name, t.language, t.id
"""
_ONE = """
SELECT i.id, i.channel, i.settings, t.key, t.text, t.language, t.name, t.holes, t.details
FROM channels_template t JOIN channels_inbox i ON i.id = t.inbox_id
WHERE i.workspace_id = %s AND t.id = %s
"""


@dataclass(frozen=True)
class Kept:
    """A template, and the inbox it goes by."""

    inbox_id: int
    channel: str
    settings: Mapping[str, Any]
    template: Template

    def filled(self, values: Mapping[str, str]) -> Filled:
        """Return what it says with these values. Raises Refused: ``template.unfilled``, ``template.unfit``."""
        given = filled(self.template, values)
        manifest = manifests().get(self.channel)
        if manifest is None:
            raise Refused("template.unfit", _("The channel of this template is not here any more."))
        made: Channel = load(manifest)(self.settings)  # without secrets: it asks nobody
        return Filled(self.template.said(given), made.fill(self.template, given))


@query("template.list", needs="conversation.read")
def templates(*, actor: Actor, inbox_id: InboxId) -> Sequence[TemplateRow]:
    """Return the templates that one may choose from in an inbox, by name."""
    found = rows(_OF_INBOX, [actor.workspace_id, inbox_id])
    return [TemplateRow(*row) for row in found]


def template(*, workspace_id: int, template_id: int) -> Kept:
    """Return one template. Raises Refused: ``template.missing``."""
    if not (found := rows(_ONE, [workspace_id, template_id])):
        raise Refused("template.missing", _("There is no such template any more."), Reason.MISSING)
    [(inbox_id, channel, settings, key, text, language, name, holes, details)] = found
    made = Template(key, text, language, name, tuple(holes), details)
    return Kept(inbox_id, channel, settings, made)


def templates_at(*, inbox_id: int) -> datetime | None:
    """Return when the vendor of an inbox was last asked for its templates."""
    return Inbox.objects.filter(pk=inbox_id).values_list("templates_at", flat=True).first()
