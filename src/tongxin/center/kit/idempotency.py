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
from tongxin.center.kit.turns import try_turn

LONGEST_KEY = 255
_ANSWERED = "SELECT fingerprint, status, body FROM kit_idempotencykey WHERE scope = %s AND key = %s"
_KEEP = """
INSERT INTO kit_idempotencykey (scope, key, fingerprint, status, body) VALUES (%s, %s, %s, %s, %s)
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
        _hold(scope, key)
        if (earlier := _answered(scope, key, fingerprint)) is not None:
            return earlier
        answer = run()
        rows(_KEEP, [scope, key, fingerprint, answer.status, answer.body])
    return answer


def _hold(scope: str, key: str) -> None:
    if not try_turn("idempotency", (scope, key)):
        raise Refused(
            "idempotency.in_flight",
            _("The first request with this key is still running. Try again in a second."),
            Reason.CONFLICT,
        )


def _answered(scope: str, key: str, fingerprint: str) -> Answer | None:
    found = rows(_ANSWERED, [scope, key])
    if not found:
        return None
    [(before, status, body)] = found
    if before != fingerprint:
        raise Refused(
            "idempotency.key_reused", _("This key was used before with another request body.")
        )
    return Answer(status, body, replayed=True)


def forget_before(*, before: datetime) -> int:
    """Forget answers given before a time; returns how many."""
    return IdempotencyKey.objects.filter(created_at__lt=before).delete()[0]
