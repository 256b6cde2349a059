"""The same request twice has one effect and one answer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.models import IdempotencyKey
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.sql import rows
from tongxin.center.kit.turns import number_of
from tongxin.center.kit.whole import given_up_together

LONGEST_KEY = 255
# Together: the turn, and what was answered. Whoever answers between the two is met when one's own answer is kept.
_HOLD = """
SELECT pg_try_advisory_xact_lock(%s::bigint), kept.fingerprint, kept.status, kept.body
FROM (VALUES (1)) one LEFT JOIN kit_idempotencykey kept ON kept.scope = %s AND kept.key = %s
"""
_KEEP = """
INSERT INTO kit_idempotencykey (scope, key, fingerprint, status, body) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (scope, key) DO NOTHING RETURNING true
"""


@dataclass(frozen=True)
class Answer:
    """An answer as it went over the wire."""

    status: int
    body: bytes
    replayed: bool = False


def once(*, scope: str, key: str, request: bytes, run: Callable[[], Answer]) -> Answer:
    """Run, unless this key was answered before in this scope: then return that answer.

    Answer and effect commit together. Raises Refused: ``idempotency.key_invalid``,
    ``idempotency.key_reused`` (other body) and ``idempotency.in_flight`` (the first is still running).
    What ``run`` raises is not stored.
    """
    if not 0 < len(key) <= LONGEST_KEY:
        raise Refused("idempotency.key_invalid", _("An idempotency key has 1 to 255 characters."))
    fingerprint = sha256(request).hexdigest()
    with transaction.atomic():
        if (earlier := _hold(scope, key, fingerprint)) is not None:
            return earlier
        with given_up_together():
            answer = run()
        if not rows(_KEEP, [scope, key, fingerprint, answer.status, answer.body]):
            raise _in_flight()
    return answer


def _hold(scope: str, key: str, fingerprint: str) -> Answer | None:
    """Return what was answered already; else nothing, and whoever comes with this key is refused from now on."""
    turn = number_of("idempotency", (scope, key))
    [(held, before, status, body)] = rows(_HOLD, [turn, scope, key])
    if before is None and not held:
        raise _in_flight()
    if before is None:
        return None
    if before != fingerprint:
        raise Refused(
            "idempotency.key_reused", _("This key was used before with another request body.")
        )
    return Answer(status, body, replayed=True)


def _in_flight() -> Refused:
    return Refused(
        "idempotency.in_flight",
        _("The first request with this key is still running. Try again in a second."),
        Reason.CONFLICT,
    )


def forget_before(*, before: datetime) -> int:
    """Forget answers given before a time; returns how many."""
    return IdempotencyKey.objects.filter(created_at__lt=before).delete()[0]
