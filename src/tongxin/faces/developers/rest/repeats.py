"""A write that carries an ``Idempotency-Key`` has one effect and one answer, however often it comes."""

from collections.abc import Callable
from hashlib import sha256

from django.http import HttpResponse

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.idempotency import Answer, once
from tongxin.faces.developers.rest.calls import Call, answered

REPLAYED = "Idempotent-Replayed"
_KEY = "HTTP_IDEMPOTENCY_KEY"


def at_most_once(call: Call, actor: Actor, sent: bytes, run: Callable[[], Answer]) -> HttpResponse:
    """Run, or say again what was answered to this key. What ``run`` raises is not remembered."""
    key = call.meta.get(_KEY)
    if key is None:
        answer = run()
    else:
        path = sha256(call.path.encode()).hexdigest()[:32]
        scope = f"{actor.label} {call.method} {path}"
        answer = once(scope=scope, key=key, request=sent, run=run)
    if answer.replayed:
        call.headers[REPLAYED] = "true"
    return answered(answer.body, answer.status)
