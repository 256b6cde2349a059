"""Why a channel did not take a message, as a sentence with the next best way."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SAID: Mapping[str, Promise] = {
    "window_closed": _("The channel lets nobody write any more until this person writes again. Try another way."),
    "quota": _("The channel has no more messages for today or this month. Try again later, or another way."),
    "blocked": _("This person does not take messages from us here. Try another way."),
    "invalid_recipient": _("There is nobody at this address any more. Try another way."),
    "media": _("The channel does not take one of the files. Send another kind, or a smaller one."),
    "content": _("The channel does not take these words. Write them differently."),
    "auth": _("The channel does not accept our account (its key, rights or balance). Somebody has to mend it."),
    "rate": _("The channel is asked too often. It goes out as soon as it may."),
    "fixed": _("The channel no longer lets it be changed."),
    "transient": _("The channel could not be reached. Try again, or another way."),
}  # fmt: skip
_OTHER = _("The channel did not take it. Try again, or another way.")


def said(failure: str) -> Promise:
    """Return the sentence for a failure's code."""
    return SAID.get(failure, _OTHER)
