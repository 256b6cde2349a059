"""What stops an answer before it is said."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.placeholders import unfilled
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.sql import rows
from tongxin.service.conversations.actions.locking import has_newer, superseded
from tongxin.service.conversations.models import Conversation
from tongxin.service.conversations.values import VARIABLES, Status

_NEWS = """
SELECT EXISTS (SELECT FROM conversations_message
WHERE conversation_id = ANY(%s::bigint[]) AND id > %s AND kind = 'in')
"""


def check_filled(text: str) -> None:
    """Raise Refused (``message.unfilled``) where a canned reply's variable is still empty."""
    if empty := unfilled(text, VARIABLES):
        raise Refused(
            "message.unfilled",
            _("Fill in first: %(names)s") % {"names": ", ".join(empty)},
            Reason.CONFLICT,
        )


def check_seen(conversations: Sequence[Conversation], seen: int) -> None:
    """Raise Refused (``conversation.stale``) where people wrote after somebody's last look."""
    later = [c.pk for c in conversations if c.last_message_id > seen]
    if later and rows(_NEWS, [later, seen]) != [(False,)]:
        detail = _("They wrote meanwhile: read it before you answer.")
        raise Refused("conversation.stale", detail, Reason.CONFLICT)


def check_can_go_on(answering: Sequence[Conversation], seen: int | None) -> None:
    """Raise Refused where people wrote meanwhile, or have begun another conversation since."""
    if seen is not None:
        check_seen(answering, seen)
    resolved = [c for c in answering if c.status == Status.RESOLVED]
    if superseded(resolved):
        raise has_newer()
