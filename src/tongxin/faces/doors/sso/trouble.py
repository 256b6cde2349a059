"""Why somebody was not logged in: a stable code, and a sentence they understand."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.refusals import Reason, Refused

_SAID: Mapping[str, "Promise"] = {
    "sso.unknown": _("There is no such way in. Ask your admin for the right address."),
    "sso.off": _("This way in is switched off."),
    "sso.cancelled": _("The log-in at your company was cancelled."),
    "sso.expired": _("This took too long. Begin the log-in again."),
    "sso.state": _("This answer belongs to no log-in begun in this browser. Begin again."),
    "sso.replay": _("This answer was used before. Begin the log-in again."),
    "sso.signature": _("The signature of your company's answer is not right."),
    "sso.answer": _("Your company's answer is not meant for us, or lacks something we need."),
    "sso.provider": _(
        "Your company's log-in refused, or has a fault. Try again, or ask your admin."
    ),
    "sso.unreachable": _("Your company's log-in does not answer right now. Try again in a minute."),
    "sso.address": _("An address that the provider names does not begin with https://."),
    "sso.issuer": _("The provider calls itself otherwise than the address entered for it."),
    "sso.document": _("What lies at the provider's address is not what it should be."),
    "sso.keys": _("The provider shows no key to check signatures with."),
    "sso.often": _("That was too often. Try again later."),
}


def trouble(code: str, why: str = "") -> Refused:
    """Return a refusal by its code; ``why`` is for our log."""
    refused = Refused(
        code, _SAID[code], Reason.LIMITED if code == "sso.often" else Reason.FORBIDDEN
    )
    if why:
        refused.add_note(why[:500])
    return refused
