"""Who asks, and whether they may ask now."""

from django.conf import settings
from django.utils.translation import gettext as _

from tongxin.center.accounts.queries import admitted
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.limits import Allowance, Limit
from tongxin.faces.developers.rest import problems
from tongxin.faces.developers.rest.calls import Call
from tongxin.faces.developers.rest.problems import Problem

SIZE, PER_SECOND = settings.API_BUCKET, settings.API_PER_SECOND
_SCHEME = "bearer"
_LONGEST = 200


def admit(call: Call, cost: int) -> Actor:
    """Return as whom the caller acts, and take what the request costs. Raises Problem."""
    scheme, _space, shown = call.meta.get("HTTP_AUTHORIZATION", "").partition(" ")
    found = None
    if scheme.lower() == _SCHEME and len(shown) <= _LONGEST:
        found = admitted(shown=shown.strip(), limit=Limit(SIZE, PER_SECOND, cost), now=call.now)
    if found is None:
        raise problems.nobody()
    actor, allowance = found
    call.headers |= _told(allowance)
    if not allowance.granted:
        raise Problem(
            problems.LIMITED, "rate.limited", _("Too many requests: wait a moment."),
            {"Retry-After": str(allowance.retry_after)},
        )  # fmt: skip
    return actor


def _told(allowance: Allowance) -> dict[str, str]:
    return {
        "RateLimit-Limit": str(allowance.limit),
        "RateLimit-Remaining": str(max(0, allowance.remaining)),
        "RateLimit-Reset": str(allowance.reset),
    }
