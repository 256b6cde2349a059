"""Forty browsers at the same moment: one member, one link, and one use of what is good once."""

from datetime import timedelta

import pytest

from tests.federation.test_connections import MEI, enter, on
from tests.make.together import together
from tests.make.world import NOON, world
from tongxin.center.accounts.actions import Bound, note_log_in
from tongxin.center.accounts.models import LogIn, Member, User
from tongxin.center.federation import actions
from tongxin.center.federation.models import Link
from tongxin.center.timeline.models import Event

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 40


def test_what_is_good_once_is_taken_once() -> None:
    def take() -> bool:
        return actions.take_once(
            purpose="saml", name="_assertion", until=NOON + timedelta(hours=1), now=NOON
        )

    assert sum(together([take] * MANY)) == 1
    later = NOON + timedelta(hours=2)
    assert actions.take_once(purpose="saml", name="_other", until=later, now=later)
    from tongxin.center.federation.models import Used

    assert Used.objects.count() == 1


def test_the_first_log_in_in_forty_browsers_makes_one_member() -> None:
    tea = world()
    pk = on(tea)

    members = together([lambda: enter(pk).pk] * MANY)

    assert len(set(members)) == 1
    assert User.objects.filter(email=MEI.email).count() == 1
    assert Link.objects.count() == 1
    assert Event.objects.filter(kind="member.added", actor=f"connection:{pk}").count() == 1


def test_the_same_person_new_in_two_workspaces_has_one_account() -> None:
    ways = [on(world()), on(world("Another Shop"))] * 10

    together([lambda way=way: enter(way) for way in ways])  # type: ignore[misc]

    assert User.objects.filter(email=MEI.email).count() == 1
    assert Member.objects.filter(user__email=MEI.email).count() == 2


def test_switching_off_meets_a_log_in_and_leaves_none() -> None:
    from django.db import transaction

    tea = world()
    pk = on(tea)
    mei = enter(pk)

    def log_in(number: int) -> None:
        with transaction.atomic():
            enter(pk)
            note_log_in(
                user_id=mei.user_id, session_key=f"session {number}", ip="", browser="", now=NOON,
                bound=Bound(mei.pk, pk),
            )  # fmt: skip

    def try_it(number: int) -> bool:
        from tongxin.center.kit.refusals import Refused

        try:
            log_in(number)
        except Refused:
            return False
        return True

    def switch_off() -> bool:
        return bool(actions.switch(actor=tea.owner, connection_ids=[pk], is_on=False, now=NOON))

    together([*(lambda n=n: try_it(n) for n in range(20)), switch_off])

    assert not LogIn.objects.exists()
