"""The second step of log-in, and logging out from afar."""

import re
from datetime import UTC, datetime

import pytest
from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.test import Client

from tests.make.world import NOON, World, world
from tongxin.center.accounts.actions import (
    change_role,
    define_role,
    end_log_ins,
    require_second_step,
)
from tongxin.center.accounts.models import LogIn, Member, User
from tongxin.center.accounts.queries import roles, seat
from tongxin.center.accounts.values import Role
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.refusals import Refused
from tongxin.center.timeline.models import Event

pytestmark = pytest.mark.django_db
PASSWORD = "a kettle of tea"
PAGE = {"Accept": "text/html"}


@pytest.fixture
def tea() -> World:
    return world()


@pytest.fixture
def mei(tea: World) -> Actor:
    """An agent who can log in."""
    agent = tea.member(Role.AGENT, "小梅")
    user = user_of(agent)
    user.set_password(PASSWORD)
    user.language = "en"
    user.save()
    return agent


def user_of(actor: Actor) -> User:
    return User.objects.get(pk=Member.objects.get(pk=actor.id).user_id)


def log_in(actor: Actor, browser: str = "Firefox/128 Windows") -> Client:
    client = Client(headers={"user-agent": browser, "accept-language": "en"})
    form = {"login": user_of(actor).email, "password": PASSWORD}
    assert client.post("/account/login/", form).status_code == 302
    return client


def digits(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))


def set_up(client: Client) -> str:
    """Turn on an authenticator app; return its key."""
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    shown = client.get("/account/mfa/totp/activate/").content.decode()
    found = re.search(r'secret-key">(\w+)<', shown)
    assert found is not None
    done = client.post("/account/mfa/totp/activate/", {"code": digits(found[1])})
    assert done.status_code == 302
    return found[1]


def test_an_app_is_set_up_and_asked_for_at_the_next_log_in(mei: Actor) -> None:
    secret = set_up(log_in(mei))
    Authenticator.objects.filter(type="totp").update(last_used_at=None)
    cache.clear()  # digits are good once: the next ones are half a minute away

    again = log_in(mei)
    assert again.get("/desk/all/", headers=PAGE).status_code == 302
    assert "One step more" in again.get("/account/mfa/authenticate/").content.decode()
    assert again.post("/account/mfa/authenticate/", {"code": "000000"}).status_code == 200
    assert again.post("/account/mfa/authenticate/", {"code": digits(secret)}).status_code == 302
    assert again.get("/desk/all/", headers=PAGE).status_code == 200


def test_a_recovery_code_opens_the_desk_once(mei: Actor) -> None:
    first = log_in(mei)
    set_up(first)
    codes = re.search(
        r"<pre[^>]*>(\w+)", first.get("/account/mfa/recovery-codes/").content.decode()
    )
    assert codes is not None

    again = log_in(mei)
    assert again.post("/account/mfa/authenticate/", {"code": codes[1]}).status_code == 302
    assert again.get("/desk/all/", headers=PAGE).status_code == 200

    third = log_in(mei)
    assert third.post("/account/mfa/authenticate/", {"code": codes[1]}).status_code == 200


def test_what_is_secret_lies_encrypted(mei: Actor) -> None:
    secret = set_up(log_in(mei))

    kept = Authenticator.objects.get(type="totp").data["secret"]

    assert secret not in kept


def test_a_role_may_ask_for_a_second_step_before_anything_else(tea: World, mei: Actor) -> None:
    client = log_in(mei)
    require_second_step(actor=tea.owner, role=Role.AGENT, required=True, now=NOON)

    response = client.get("/desk/all/", headers=PAGE)
    assert (response.status_code, response["Location"]) == (302, "/account/mfa/")
    assert "Your role asks for a second step" in client.get("/account/mfa/").content.decode()

    set_up(client)
    assert client.get("/desk/all/", headers=PAGE).status_code == 200


def test_a_role_of_ones_own_may_ask_for_it_too(tea: World, mei: Actor) -> None:
    role = define_role(actor=tea.owner, name="财务", permissions=["conversation.read"], now=NOON)
    change_role(actor=tea.owner, member_ids=[mei.id], role=role, now=NOON)

    assert require_second_step(actor=tea.owner, role=role, required=True, now=NOON) == 1
    assert require_second_step(actor=tea.owner, role=role, required=True, now=NOON) == 0

    assert lacks(mei)
    assert [row.name for row in roles(actor=tea.owner) if row.needs_second_step] == ["财务"]
    require_second_step(actor=tea.owner, role=role, required=False, now=NOON)
    assert not lacks(mei)


def test_an_admin_asks_nothing_of_owners(tea: World) -> None:
    with pytest.raises(Refused, match="forbidden"):
        require_second_step(actor=tea.member(Role.ADMIN), role=Role.OWNER, required=True, now=NOON)


def lacks(actor: Actor) -> bool:
    found = seat(actor.id)
    assert found is not None
    return found.lacks_second_step


@pytest.mark.parametrize(
    "page",
    ["", "totp/activate/", "webauthn/add/", "webauthn/", "recovery-codes/generate/",
     "totp/deactivate/", "recovery-codes/"],
)  # fmt: skip
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_opens_in_both_languages(mei: Actor, page: str, language: str) -> None:
    client = log_in(mei)
    set_up(client)
    User.objects.update(language=language)

    response = client.get(f"/account/mfa/{page}", follow=True)

    assert response.status_code == 200
    assert "style=" not in response.content.decode()


def test_ones_log_ins_are_listed_and_ended_from_afar(mei: Actor) -> None:
    here, there = log_in(mei), log_in(mei, "Chrome/130 Android")

    shown = here.get("/account/sessions/").content.decode()
    here.post("/account/sessions/end/", {})

    assert "Firefox, Windows" in shown
    assert "Chrome, Android" in shown
    assert here.get("/desk/all/", headers=PAGE).status_code == 200
    assert there.get("/desk/all/", headers=PAGE).status_code == 302
    assert Event.objects.filter(kind="member.logged_out", data__browsers=1).count() == 1


def test_nobody_ends_anothers_log_in(tea: World, mei: Actor) -> None:
    log_in(mei)
    row = LogIn.objects.get()

    ended = end_log_ins(user_id=user_of(tea.owner).pk, log_in_id=row.pk, now=datetime.now(UTC))

    assert ended == 0
    assert LogIn.objects.filter(pk=row.pk).exists()


def test_logging_in_is_remembered_with_where_from(mei: Actor) -> None:
    log_in(mei)

    told = Event.objects.get(kind="member.logged_in")

    assert told.actor == f"member:{mei.id}"
    assert told.data["ip"] == "127.0.0.1"


def test_logging_out_ends_the_log_in(mei: Actor) -> None:
    client = log_in(mei)

    client.post("/account/logout/")

    assert not LogIn.objects.exists()


def test_a_new_password_ends_all_others(mei: Actor) -> None:
    log_in(mei)

    get_adapter().set_password(user_of(mei), "another kettle")

    assert not LogIn.objects.exists()
