"""Who is behind a session: read together with it, and never older than the page that asks."""

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.middleware import get_user
from django.test import Client, RequestFactory

from tests.make.world import NOON, World
from tongxin.center.accounts.actions import Bound, note_log_in, remove_members
from tongxin.center.accounts.models import Member, User
from tongxin.center.accounts.queries import behind, seats_of_user
from tongxin.faces.doors.sessions import SessionStore

pytestmark = pytest.mark.django_db


def logged_in(member_id: int, bound: Bound | None = None) -> str:
    user = Member.objects.get(pk=member_id).user
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "tongxin.faces.doors.sessions.Accounts"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    note_log_in(
        user_id=user.pk,
        session_key=str(session.session_key),
        ip="",
        browser="",
        now=NOON,
        bound=bound,
    )
    return str(session.session_key)


def test_the_account_and_its_seats_come_with_the_session(tea: World) -> None:
    mei = tea.member()

    found = behind(session_key=logged_in(mei.id))

    assert found is not None
    assert found.account == Member.objects.get(pk=mei.id).user
    assert found.seats == seats_of_user(found.account.pk)
    assert behind(session_key="nobody's") is None


def test_a_session_that_a_connection_opened_has_no_seats_of_the_password(tea: World) -> None:
    mei = tea.member()

    found = behind(session_key=logged_in(mei.id, Bound(mei.id, 7)))

    assert found is not None
    assert found.account is not None
    assert found.seats == []


def test_who_is_asked_for_a_second_time_is_read_anew(tea: World) -> None:
    mei = tea.member()
    request = RequestFactory().get("/")
    request.session = SessionStore(logged_in(mei.id))

    assert get_user(request).is_authenticated
    User.objects.filter(pk=Member.objects.get(pk=mei.id).user_id).update(is_active=False)
    again = RequestFactory().get("/")
    again.session = request.session

    assert not get_user(again).is_authenticated


def test_whoever_was_removed_finds_the_door_closed_with_the_next_page(tea: World) -> None:
    mei = tea.member()
    browser = Client()
    browser.cookies["tongxin_session"] = logged_in(mei.id)

    before = browser.get("/desk/all/").status_code
    remove_members(actor=tea.owner, member_ids=[mei.id], now=NOON)

    assert before == 200
    assert browser.get("/desk/all/").status_code != 200
