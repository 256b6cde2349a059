"""What forms of the desk give: ids and times, read the same way everywhere."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from tongxin.center.kit.ids import internal_id
from tongxin.center.kit.refusals import Reason, Refused


def number(prefix: str, given: str) -> int:
    """Return the number behind a public id. Raises Refused: ``id.invalid``."""
    try:
        return internal_id(prefix, given)
    except ValueError:
        raise Refused("id.invalid", _("This is not an id we know."), Reason.MISSING) from None


def local_time(given: str, time_zone: str) -> datetime | None:
    """Return the time that somebody chose (their own, where it names no zone); None where they did not."""
    if not given:
        return None
    try:
        at = datetime.fromisoformat(given)
    except ValueError:
        raise Refused("snooze.time", _("This is not a time.")) from None
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(time_zone))
