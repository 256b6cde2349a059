"""Ask an inbox's vendor which templates it has approved, and keep them."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from tongxin.center.kit.actor import Actor, house
from tongxin.center.kit.ids import InboxId
from tongxin.center.kit.plugins import manifests
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.registry import action
from tongxin.center.kit.text import clean
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about
from tongxin.service.channels.actions.trying import asked, channel_at
from tongxin.service.channels.events import InboxTemplatesFetched
from tongxin.service.channels.models import Inbox, Template
from tongxin.service.channels.ports import Template as Approved
from tongxin.service.channels.queries import capabilities

log = logging.getLogger(__name__)

_STALE, _AGAIN = timedelta(days=1), timedelta(hours=1)
_NEVER = datetime.min.replace(tzinfo=UTC)
_MOST, _LONGEST_KEY, _LONGEST_LANGUAGE, _LONGEST_TEXT = 2000, 512, 32, 20_000
_TOLD = ("name", "text", "holes", "details")


@action("inbox.fetch_templates", needs="inbox.write", outside=True)
def fetch_templates(*, actor: Actor, inbox_id: InboxId, now: datetime) -> int:
    """Ask the vendor behind an inbox which templates it has approved; returns how many there are.

    Those that are not approved any more are gone; the others keep their ids. Raises Refused:
    ``inbox.missing``, ``channel.unreachable``, or what the service says.
    """
    found = _kept(asked(channel_at(actor, inbox_id).templates))
    with transaction.atomic():
        Inbox.objects.filter(pk=inbox_id).update(templates_at=now)  # others who ask wait here
        known = {(t.key, t.language): t.pk for t in Template.objects.filter(inbox_id=inbox_id)}
        gone = [pk for key, pk in known.items() if key not in found]
        Template.objects.filter(pk__in=gone).delete()
        Template.objects.bulk_create(
            [_row(inbox_id, one) for one in found.values()],
            update_conflicts=True, unique_fields=("inbox", "key", "language"), update_fields=_TOLD,
        )  # fmt: skip
        where = about(actor.workspace_id, actor.label, "inbox", inbox_id, now)
        record([InboxTemplatesFetched(**where, inbox_id=inbox_id, count=len(found))])
    return len(found)


class Refresher:
    """Asks vendors for their templates by itself: a day after they were asked, an hour after one did not answer.

    Templates are approved and paused there, and nobody tells us.
    """

    def __init__(self) -> None:
        self._tried: dict[int, datetime] = {}

    def ask(self, *, now: datetime) -> int:
        """Ask whoever is due, in every workspace; returns how many answered."""
        due = [pair for pair in _stale(now) if self._tried.get(pair[0], _NEVER) <= now - _AGAIN]
        self._tried |= {inbox_id: now for inbox_id, _workspace_id in due}
        return sum(_refreshed(inbox_id, workspace_id, now) for inbox_id, workspace_id in due)


def _stale(now: datetime) -> list[tuple[int, int]]:
    """Return the inboxes that were not asked for a day, or never, with their workspaces."""
    listing = [name for name in manifests() if capabilities(name).lists_templates]
    old = Q(templates_at=None) | Q(templates_at__lte=now - _STALE)
    found = Inbox.objects.filter(old, enabled=True, channel__in=listing)
    return list(found.order_by("pk").values_list("pk", "workspace_id"))


def _refreshed(inbox_id: int, workspace_id: int, now: datetime) -> bool:
    actor = replace(house(workspace_id), permissions=frozenset({"inbox.write", "inbox.read"}))
    try:
        fetch_templates(actor=actor, inbox_id=inbox_id, now=now)
    except Refused as refused:
        log.info("inbox %s: templates could not be asked for (%s)", inbox_id, refused.code)
        return False
    return True


def _kept(approved: Iterable[Approved]) -> dict[tuple[str, str], Approved]:
    """Return what can be kept of what a vendor says, each once."""
    fitting = (
        one
        for one in approved
        if 0 < len(one.key) <= _LONGEST_KEY
        and len(one.language) <= _LONGEST_LANGUAGE
        and 0 < len(one.text) <= _LONGEST_TEXT
        and (one.key, one.language) == (clean(one.key), clean(one.language))
    )
    found = {(one.key, one.language): one for one in fitting}
    return dict(list(found.items())[:_MOST])


def _row(inbox_id: int, one: Approved) -> Template:
    name = clean(one.name)[:_LONGEST_KEY] or one.key
    return Template(
        inbox_id=inbox_id, key=one.key, language=one.language, name=name, text=clean(one.text),
        holes=list(one.holes), details=dict(one.details),
    )  # fmt: skip
