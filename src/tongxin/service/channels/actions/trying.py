"""Try an inbox's settings against the real service, and tell its vendor where we are."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import InboxId
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.registry import action
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about
from tongxin.service.channels.actions.connecting import release
from tongxin.service.channels.actions.keeping import asking_channel
from tongxin.service.channels.events import InboxSetUp
from tongxin.service.channels.ports import Channel
from tongxin.service.channels.queries import inbox

Answer = TypeVar("Answer")


@action("inbox.try_out", needs="inbox.write", quiet=True, outside=True)
def try_out(*, actor: Actor, inbox_id: InboxId) -> str:
    """Try an inbox's settings against the service behind it; returns who we are there (may be empty).

    What held the inbox back holds it no longer where that goes well.

    Raises Refused: ``inbox.missing``, ``channel.unreachable``, or what the service says.
    """
    mine = inbox(actor=actor, inbox_id=inbox_id)
    who = str(asked(lambda: asking_channel(mine).try_out()))
    release(inbox_id=inbox_id, enabled=mine.enabled)
    return who


@action("inbox.set_up", needs="inbox.write", outside=True)
def set_up(*, actor: Actor, inbox_id: InboxId, origin: str, now: datetime) -> int:
    """Tell the service behind an inbox where to call us: at this origin (``https://desk.example``). Returns 1.

    Raises Refused: ``inbox.missing``, ``inbox.origin``, ``channel.unreachable``, or what the service says.
    """
    parts = urlsplit(origin)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/"):
        raise Refused("inbox.origin", _("This is not the address of a server."))
    key = inbox(actor=actor, inbox_id=inbox_id).key
    channel = channel_at(actor, inbox_id)
    asked(lambda: channel.set_up(f"{origin.rstrip('/')}/hooks/{key}/"))
    where = about(actor.workspace_id, actor.label, "inbox", inbox_id, now)
    record([InboxSetUp(**where, inbox_id=inbox_id)])
    return 1


def channel_at(actor: Actor, inbox_id: int) -> Channel:
    """Return the translator for an inbox of one's own, ready to ask its service."""
    return asked(lambda: asking_channel(inbox(actor=actor, inbox_id=inbox_id)))


def asked(ask: Callable[[], Answer]) -> Answer:
    """Return what a service says to whoever tries it. Raises Refused: ``channel.unreachable``, or what it says."""
    try:
        return ask()
    except Refused:
        raise
    except Exception as error:
        detail = _("The service could not be asked: %(why)s") % {"why": str(error)[:300]}
        raise Refused("channel.unreachable", detail) from error
