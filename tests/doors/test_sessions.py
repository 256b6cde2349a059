"""What a session holds is read once, and never believed unsigned."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from tests.make.world import world
from tongxin.center.accounts.models import Member, User
from tongxin.faces.doors.sessions import SessionStore

pytestmark = pytest.mark.django_db


@pytest.fixture
def li(client: Client) -> Client:
    tea = world()
    client.force_login(User.objects.get(pk=Member.objects.get(pk=tea.owner.id).user_id))
    return client


def test_what_was_changed_in_the_database_opens_nothing(li: Client) -> None:
    assert li.get("/desk/all/").status_code == 200
    held = Session.objects.get()
    Session.objects.update(session_data=held.session_data[:-1] + "_")

    assert li.get("/desk/all/").status_code == 302


def test_what_one_request_does_to_it_no_other_sees(li: Client) -> None:
    store = SessionStore()
    held = Session.objects.get().session_data

    store.decode(held)["account_authentication_methods"] = ["changed"]
    methods = store.decode(held).get("account_authentication_methods")

    assert methods != ["changed"]
    assert store.decode(held)["_auth_user_id"] == str(User.objects.get().pk)


@pytest.mark.parametrize("data", ["", "x", "a:b:c", "ümlaut"])
def test_what_is_no_session_holds_nothing(data: str) -> None:
    assert SessionStore().decode(data) == {}
