"""The same request twice has one effect."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tongxin.center.kit.idempotency import Answer, forget_before, once
from tongxin.center.kit.models import IdempotencyKey
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.whole import whole

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


def note(key: str) -> None:
    IdempotencyKey.objects.create(scope="noted", key=key, fingerprint="", status=200, body=b"")


def noted() -> list[str]:
    return list(IdempotencyKey.objects.filter(scope="noted").values_list("key", flat=True))


def test_what_was_done_before_a_refusal_is_given_up_with_it() -> None:
    def run() -> Answer:
        note("before")
        raise Refused("no", "No.")

    with pytest.raises(Refused, match="no"):
        once(scope="test", key="k", request=b"", run=lambda: whole(run))

    assert noted() == []
    assert not answered().replayed


def test_a_part_that_is_given_up_for_itself_leaves_the_rest() -> None:
    def part() -> None:
        note("part")
        raise Refused("no", "No.")

    def run() -> Answer:
        note("whole")
        with pytest.raises(Refused):
            whole(part)
        return Answer(200, b"done")

    once(scope="test", key="k", request=b"", run=lambda: whole(run))

    assert noted() == ["whole"]


def test_an_answer_that_somebody_gave_meanwhile_is_not_given_twice() -> None:
    def run() -> Answer:
        answered()
        note("mine")
        return Answer(200, b"mine")

    with pytest.raises(Refused, match=r"idempotency\.in_flight"):
        once(scope="test", key="k", request=b"", run=run)

    assert noted() == []
