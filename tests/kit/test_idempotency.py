"""The same request twice has one effect."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tongxin.center.kit.idempotency import Answer, forget_before, once
from tongxin.center.kit.models import IdempotencyKey
from tongxin.center.kit.refusals import Refused

pytestmark = pytest.mark.django_db


def answered(key: str = "k", request: bytes = b"") -> Answer:
    return once(scope="test", key=key, request=request, run=lambda: Answer(200, b"done"))


def test_an_answer_is_given_again() -> None:
    assert not answered().replayed
    assert answered() == Answer(200, b"done", replayed=True)


def test_another_request_under_the_same_key_is_refused() -> None:
    answered()

    with pytest.raises(Refused, match=r"idempotency\.key_reused"):
        answered(request=b"other")


def test_an_answer_is_forgotten_after_a_day() -> None:
    answered("old")
    answered("new")
    IdempotencyKey.objects.filter(key="old").update(created_at=timezone.now() - timedelta(hours=25))

    forgotten = forget_before(before=timezone.now() - timedelta(hours=24))

    assert forgotten == 1
    assert answered("new").replayed
    assert not answered("old").replayed
