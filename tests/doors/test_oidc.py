"""Logging in by OpenID Connect, through a stand-in provider and real redirects."""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client

from tests.make.company import MEI
from tests.make.oidc import CLIENT, KEY, OTHER_KEY, SECRET, Provider, provider
from tests.make.world import NOON, World, world
from tongxin.center.accounts.models import Member, User
from tongxin.center.accounts.queries import seat_in
from tongxin.center.accounts.values import Role
from tongxin.center.federation import actions
from tongxin.center.federation.models import Connection, Link
from tongxin.center.federation.values import Kind, Mapped, Plan
from tongxin.center.timeline.models import Event
from tongxin.faces.doors.sso import views

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("near")]
PAGE = {"Accept": "text/html"}


def plan_for(idp: Provider, **more: Any) -> Plan:
    usual: dict[str, Any] = {
        "name": "公司账号", "address": idp.issuer, "client_id": CLIENT, "secret": SECRET,
        "mapped": [Mapped("leads", Role.ADMIN), Mapped("support", Role.AGENT)], "otherwise": None,
        "takes_new": True, "short_name": "xiaoman", "domains": ["xiaoman.example"],
    }  # fmt: skip
    return Plan(**{**usual, **more})


def connected(tea: World, idp: Provider, **more: Any) -> Connection:
    plan = plan_for(idp, **more)
    made = actions.create(actor=tea.owner, kind=Kind.OIDC, plan=plan, now=NOON)
    actions.switch(actor=tea.owner, connection_ids=[made], is_on=True, now=NOON)
    return Connection.objects.get(pk=made)


def begun(client: Client, way: Connection, leads_to: str = "") -> str:
    """Begin a log-in; return where the browser is sent."""
    response = client.get(f"/account/sso/{way.key}/", {"next": leads_to} if leads_to else {})
    assert response.status_code == 302, response.content.decode()
    return response["Location"]


def log_in(way: Connection, idp: Provider, client: Client | None = None, leads_to: str = "") -> Any:
    client = client or Client(headers={"accept-language": "en"})
    response = client.get(idp.came_back(begun(client, way, leads_to)))
    return client, response


def code_of(response: Any) -> str:
    """Return the code on a page of refusal."""
    assert response.status_code in {403, 422, 429}, (
        response.status_code,
        response.content.decode(),
    )
    return str(response.content.decode().partition("Code: ")[2].partition("<")[0])


class TestComingIn:
    def test_somebody_new_becomes_a_member_with_the_role_of_their_group(
        self, tea: World, idp: Provider
    ) -> None:
        way = connected(tea, idp)

        client, response = log_in(way, idp, leads_to="/desk/mine/")

        assert (response.status_code, response["Location"]) == (302, "/desk/mine/")
        assert client.get("/desk/mine/", headers=PAGE).status_code == 200
        member = Member.objects.get(user__email=MEI["email"])
        assert (member.workspace_id, member.role) == (tea.workspace_id, "agent")
        kinds = set(
            Event.objects.filter(actor=f"connection:{way.pk}").values_list("kind", flat=True)
        )
        assert kinds == {"member.added", "connection.linked"}
        told = Event.objects.get(kind="member.logged_in")
        assert told.data["connection_id"] == way.pk

    def test_the_groups_are_mapped_again_at_each_log_in(self, tea: World, idp: Provider) -> None:
        way = connected(tea, idp)
        log_in(way, idp)

        idp.person["groups"] = ["support", "leads"]
        log_in(way, idp)

        assert Member.objects.get(user__email=MEI["email"]).role == "admin"
        told = Event.objects.get(kind="member.role_changed")
        assert (told.actor, told.data["before"]) == (f"connection:{way.pk}", "agent")

    def test_what_is_asked_says_who_asks_and_binds_the_answer(
        self, tea: World, idp: Provider
    ) -> None:
        asked = parse_qs(urlsplit(begun(Client(), connected(tea, idp))).query)

        assert asked["code_challenge_method"] == ["S256"]
        assert asked["scope"] == ["openid email profile"]
        assert len(asked["state"][0]) >= 32
        assert len(asked["nonce"][0]) >= 32

    def test_a_claim_may_lie_deeper_and_come_from_userinfo(self, tea: World, idp: Provider) -> None:
        way = connected(tea, idp, groups="realm.roles")
        idp.person = {"sub": "mei-1"}
        idp.userinfo = {**MEI, "realm": {"roles": ["support"]}}

        _client, response = log_in(way, idp)

        assert response.status_code == 302

    def test_userinfo_about_somebody_else_is_refused(self, tea: World, idp: Provider) -> None:
        way = connected(tea, idp)
        idp.person, idp.userinfo = {"sub": "mei-1"}, {**MEI, "sub": "li-1"}

        assert code_of(log_in(way, idp)[1]) == "sso.answer"

    def test_a_new_key_of_the_provider_is_known_at_once(self, tea: World, idp: Provider) -> None:
        way = connected(tea, idp)
        log_in(way, idp)

        idp.keys, idp.kid = [OTHER_KEY], "second"

        assert log_in(way, idp)[1].status_code == 302

    @pytest.mark.parametrize("said", ["mei@xiaoman.example", "XIAOMAN", " xiaoman "])
    def test_the_log_in_page_finds_the_way(self, tea: World, idp: Provider, said: str) -> None:
        way, client = connected(tea, idp), Client(headers={"accept-language": "en"})

        response = client.post("/account/sso/", {"who": said, "next": "/desk/mine/"})

        assert response.status_code == 200
        assert response["Refresh"] == f"0; url=/account/sso/{way.key}/?next=%2Fdesk%2Fmine%2F"
        assert "Log in with your company" in client.get("/account/login/").content.decode()

    def test_the_way_of_last_time_is_offered_first(self, tea: World, idp: Provider) -> None:
        way = connected(tea, idp)
        client, _response = log_in(way, idp)
        client.post("/account/logout/")

        assert (
            f'href="/account/sso/{way.key}/?next=' in client.get("/account/sso/").content.decode()
        )
        actions.switch(actor=tea.owner, connection_ids=[way.pk], is_on=False, now=NOON)
        assert way.key not in client.get("/account/sso/").content.decode()
        for strange in ('"a\\000b"', "é", "x" * 9000):
            client.cookies["tongxin_way"] = strange
            assert client.get("/account/sso/").status_code == 200

    def test_a_session_lasts_twelve_hours_whatever_is_done_in_it(
        self, tea: World, idp: Provider
    ) -> None:
        client, _response = log_in(connected(tea, idp), idp)
        begun_at = client.session.get_expiry_date()
        session = client.session
        session["something"] = "else"
        session.save()

        assert client.session.get_expiry_date() == begun_at

    def test_what_leads_nowhere_is_said(self, tea: World, idp: Provider) -> None:
        connected(tea, idp)

        response = Client(headers={"accept-language": "zh"}).post(
            "/account/sso/", {"who": "nobody"}
        )

        assert response.status_code == 422
        assert "管理员" in response.content.decode()

    def test_two_ways_for_one_domain_are_offered_both(self, tea: World, idp: Provider) -> None:
        connected(tea, idp)
        connected(world("Another Shop"), idp, short_name="")

        shown = Client().post("/account/sso/", {"who": "li@xiaoman.example"}).content.decode()

        assert "Another Shop" in shown
        assert "小满茶具" in shown


class TestBounds:
    """A workspace's provider opens that workspace, and neither another one nor the account."""

    @pytest.fixture
    def mei(self, tea: World) -> User:
        """小梅, who works in two workspaces."""
        user = User.objects.create(email=MEI["email"], name="小梅", language="en")
        user.set_password("a kettle of tea")
        user.save()
        for house in (tea, world("Another Shop")):
            Member.objects.create(
                workspace_id=house.workspace_id, user=user, role="agent", added_at=NOON
            )
        return user

    def test_the_other_workspace_stays_closed(self, tea: World, idp: Provider, mei: User) -> None:
        client, _response = log_in(connected(tea, idp), idp)
        other = Member.objects.exclude(workspace_id=tea.workspace_id).get(user=mei)

        client.post("/looks/workspace/", {"member": other.pk})
        shown = client.get("/desk/all/", headers=PAGE).content.decode()

        assert "小满茶具" in shown
        assert "Another Shop" not in shown

    @pytest.mark.parametrize(
        "path",
        ["/account/password/change/", "/account/password/set/", "/account/email/", "/account/mfa/",
         "/account/mfa/totp/activate/", "/account/mfa/totp/deactivate/", "/account/mfa/webauthn/",
         "/account/mfa/webauthn/add/", "/account/mfa/recovery-codes/",
         "/account/mfa/recovery-codes/generate/", "/account/reauthenticate/",
         "/account/password/reset/", "/account/sessions/end/", "/account/mfa/reauthenticate/",
         "/account/mfa/authenticate/", "/account/mfa/login/webauthn/" , "/account/mfa/webauthn/login/"],
    )  # fmt: skip
    def test_no_page_of_the_account_opens(
        self, tea: World, idp: Provider, mei: User, path: str
    ) -> None:
        client, _response = log_in(connected(tea, idp), idp)

        shown = client.get(path, headers=PAGE)
        sent = client.post(path, {"password1": "another kettle", "password2": "another kettle"})

        assert {shown.status_code, sent.status_code} <= {403, 404}
        assert User.objects.get(pk=mei.pk).check_password("a kettle of tea")

    def test_other_sessions_are_neither_shown_nor_ended(
        self, tea: World, idp: Provider, mei: User
    ) -> None:
        whole = Client(headers={"user-agent": "Firefox/128 Windows"})
        whole.post("/account/login/", {"login": mei.email, "password": "a kettle of tea"})
        client, _response = log_in(connected(tea, idp), idp)

        assert "Firefox" not in client.get("/account/sessions/").content.decode()
        assert client.post("/account/sessions/end/").status_code == 403
        assert whole.get("/desk/all/", headers=PAGE).status_code == 200
        assert "公司账号" in whole.get("/account/sessions/").content.decode()

    def test_the_session_that_was_there_ends(self, tea: World, idp: Provider, mei: User) -> None:
        client = Client()
        client.post("/account/login/", {"login": mei.email, "password": "a kettle of tea"})
        before = client.cookies["tongxin_session"].value

        log_in(connected(tea, idp), idp, client)

        assert client.cookies["tongxin_session"].value != before
        assert client.get("/account/mfa/", headers=PAGE).status_code == 403

    def test_switching_off_ends_its_sessions_at_once(
        self, tea: World, idp: Provider, mei: User
    ) -> None:
        way = connected(tea, idp)
        client, _response = log_in(way, idp)

        actions.switch(actor=tea.owner, connection_ids=[way.pk], is_on=False, now=NOON)

        response = client.get("/desk/all/", headers=PAGE)
        assert response.status_code == 302
        assert response["Location"].startswith("/account/login/")
        assert (
            code_of(client.get(f"/account/sso/{way.key}/", headers={"accept-language": "en"}))
            == "sso.off"
        )

    def test_who_was_removed_is_out_at_once_and_stays_out(
        self, tea: World, idp: Provider, mei: User
    ) -> None:
        way = connected(tea, idp)
        client, _response = log_in(way, idp)
        Member.objects.filter(workspace_id=tea.workspace_id, user=mei).update(removed_at=NOON)

        assert client.get("/desk/all/", headers=PAGE).status_code == 302
        assert code_of(log_in(way, idp)[1]) == "sso.removed"
        assert Event.objects.get(kind="connection.refused").data["code"] == "sso.removed"

    def test_where_it_is_the_only_way_in_a_password_opens_all_else(
        self, tea: World, idp: Provider, mei: User
    ) -> None:
        connected(tea, idp, is_required=True)
        client = Client()
        client.post("/account/login/", {"login": mei.email, "password": "a kettle of tea"})

        shown = client.get("/desk/all/", headers=PAGE).content.decode()

        assert "Another Shop" in shown
        assert "小满茶具" not in shown
        Member.objects.exclude(workspace_id=tea.workspace_id).filter(user=mei).delete()
        assert client.get("/desk/all/", headers=PAGE)["Location"] == "/account/sso/"
        assert "小满茶具" in client.get("/account/sso/").content.decode()

    def test_a_socket_opens_as_far_as_its_log_in(
        self, tea: World, idp: Provider, mei: User
    ) -> None:
        way = connected(tea, idp)
        client, _response = log_in(way, idp)
        log_in_id = client.session["log_in_id"]
        here, there = Member.objects.filter(user=mei).order_by("pk")

        assert seat_in(member_id=here.pk, log_in_id=log_in_id) is not None
        assert seat_in(member_id=there.pk, log_in_id=log_in_id) is None
        whole = Client()
        whole.post("/account/login/", {"login": mei.email, "password": "a kettle of tea"})
        other_id = whole.session["log_in_id"]
        assert seat_in(member_id=here.pk, log_in_id=other_id) is not None
        plan = replace(plan_for(idp), is_required=True)
        actions.change(actor=tea.owner, connection_id=way.pk, plan=plan, now=NOON)
        assert seat_in(member_id=here.pk, log_in_id=other_id) is None
        assert seat_in(member_id=there.pk, log_in_id=other_id) is not None
        actions.remove(actor=tea.owner, connection_ids=[way.pk], now=NOON)
        assert seat_in(member_id=here.pk, log_in_id=log_in_id) is None

    def test_logging_out_is_told_in_this_workspace_only(
        self, tea: World, idp: Provider, mei: User
    ) -> None:
        client, _response = log_in(connected(tea, idp), idp)

        client.post("/account/logout/")

        for kind in ("member.logged_in", "member.logged_out"):
            assert Event.objects.get(kind=kind).workspace_id == tea.workspace_id

    def test_owners_keep_their_password(self, tea: World, idp: Provider) -> None:
        connected(tea, idp, is_required=True)
        client = Client()
        client.force_login(Member.objects.get(pk=tea.owner.id).user)

        assert client.get("/desk/all/", headers=PAGE).status_code == 200


class TestSecondStep:
    @pytest.fixture
    def strict(self, tea: World) -> World:
        from tongxin.center.accounts.actions import require_second_step

        require_second_step(actor=tea.owner, role=Role.AGENT, required=True, now=NOON)
        return tea

    def test_the_provider_may_do_it(self, strict: World, idp: Provider) -> None:
        client, _response = log_in(connected(strict, idp, has_second_step=True), idp)

        assert client.get("/desk/all/", headers=PAGE).status_code == 200

    def test_else_the_role_s_rule_holds(self, strict: World, idp: Provider) -> None:
        client, _response = log_in(connected(strict, idp), idp)

        assert client.get("/desk/all/", headers=PAGE)["Location"] == "/account/sso/second-step/"
        assert "还没有设置" in client.get("/account/sso/second-step/").content.decode()

    def test_the_account_s_own_authenticator_does_it(self, strict: World, idp: Provider) -> None:
        from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

        from tests.doors.test_second_step import digits

        way = connected(strict, idp)
        client, _response = log_in(way, idp)
        secret = generate_totp_secret()
        TOTP.activate(User.objects.get(email=MEI["email"]), secret)

        wrong = client.post("/account/sso/second-step/", {"code": "000000"})
        right = client.post("/account/sso/second-step/", {"code": digits(secret)})

        assert wrong.status_code == 200
        assert right["Location"] == "/desk/"
        assert client.get("/desk/all/", headers=PAGE).status_code == 200


def encoded(value: Any) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def by_nobody(claims: Any, _idp: Provider) -> str:
    return f"{encoded({'alg': 'none'})}.{encoded(claims)}."


def by_the_public_key(claims: Any, idp: Provider) -> str:
    """Signed with what everybody knows, as if that were a secret."""
    pem = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    said = f"{encoded({'alg': 'HS256', 'kid': idp.kid})}.{encoded(claims)}"
    mark = hmac.new(pem, said.encode(), sha256).digest()
    return f"{said}.{urlsafe_b64encode(mark).rstrip(b'=').decode()}"


def by_another_key(claims: Any, idp: Provider) -> str:
    return jwt.encode(claims, OTHER_KEY, "RS256", headers={"kid": idp.kid})


def bent(**more: Any) -> Callable[[Any, Provider], str]:
    def make(claims: Any, idp: Provider) -> str:
        return idp.signed({k: v for k, v in {**claims, **more}.items() if v is not None})

    return make


OLD = int(time.time()) - 3600


class TestHostile:
    @pytest.mark.parametrize(
        ("token", "code"),
        [
            (by_nobody, "sso.signature"),
            (by_the_public_key, "sso.signature"),
            (by_another_key, "sso.signature"),
            (lambda _claims, _idp: "not.a.token", "sso.answer"),
            (lambda _claims, _idp: "", "sso.answer"),
            (bent(iss="https://evil.example"), "sso.answer"),
            (bent(aud="another"), "sso.answer"),
            (bent(aud=[CLIENT, "another"]), "sso.answer"),
            (bent(azp="another"), "sso.answer"),
            (bent(exp=OLD), "sso.expired"),
            (bent(iat=int(time.time()) + 3600), "sso.answer"),
            (bent(nonce="another"), "sso.state"),
            (bent(nonce=None), "sso.state"),
            (bent(exp=None), "sso.answer"),
            (bent(sub=""), "sso.answer"),
            (bent(sub="x" * 301), "sso.answer"),
            (bent(email_verified=False), "sso.email"),
            (bent(email_verified="no"), "sso.email"),
            (bent(email=""), "sso.email"),
            (bent(email="mei@elsewhere.example", email_verified=None), "sso.email"),
            (bent(email="no address"), "sso.email"),
            (bent(email="me\u0131@xiaoman.example"), "sso.email"),  # UPPER makes a plain I of it
            (bent(sub="\ud800"), "sso.answer"),
            (bent(sub=7), "sso.answer"),
            (bent(name="\ud800", groups=["\ud800"]), "sso.no_role"),
            (bent(groups=[]), "sso.no_role"),
            (bent(groups={"support": True}), "sso.no_role"),
        ],
    )
    def test_a_bent_answer_lets_nobody_in(
        self, tea: World, idp: Provider, token: Any, code: str
    ) -> None:
        idp.token = token

        client, response = log_in(connected(tea, idp), idp)

        assert code_of(response) == code
        assert client.get("/desk/all/", headers=PAGE).status_code == 302
        assert not Link.objects.exists()

    def test_silence_about_the_e_mail_is_believed_in_the_connection_s_domains(
        self, tea: World, idp: Provider
    ) -> None:
        idp.token = bent(email_verified=None)

        assert log_in(connected(tea, idp), idp)[1].status_code == 302

    def test_an_answer_is_good_once(self, tea: World, idp: Provider) -> None:
        way, client = connected(tea, idp), Client(headers={"accept-language": "en"})
        address = idp.came_back(begun(client, way))
        client.get(address)

        assert "sso.state" in client.get(address).content.decode()

    def test_an_answer_is_good_in_the_browser_that_asked(self, tea: World, idp: Provider) -> None:
        way = connected(tea, idp)
        address = idp.came_back(begun(Client(), way))

        assert code_of(Client(headers={"accept-language": "en"}).get(address)) == "sso.state"

    def test_an_answer_for_one_connection_is_none_for_another(
        self, tea: World, idp: Provider
    ) -> None:
        way, other = connected(tea, idp), connected(world("Another Shop"), idp, short_name="")
        client = Client(headers={"accept-language": "en"})
        address = idp.came_back(begun(client, way))

        assert code_of(client.get(address.replace(way.key, other.key))) == "sso.state"

    def test_an_answer_by_another_provider_is_refused(self, tea: World, idp: Provider) -> None:
        way = connected(tea, idp)
        idp.answer = {"iss": "https://evil.example"}

        assert code_of(log_in(way, idp)[1]) == "sso.answer"

    def test_who_says_that_they_name_themselves_must(self, tea: World, idp: Provider) -> None:
        way = connected(tea, idp)
        idp.discovery = {"authorization_response_iss_parameter_supported": True}

        assert code_of(log_in(way, idp)[1]) == "sso.answer"
        idp.answer = {"iss": idp.issuer}
        assert log_in(way, idp)[1].status_code == 302

    def test_cancelling_is_said_kindly(self, tea: World, idp: Provider) -> None:
        way = connected(tea, idp)
        idp.answer = {"error": "access_denied"}

        assert code_of(log_in(way, idp)[1]) == "sso.cancelled"
        idp.answer = {"error": "server_error", "error_description": "<script>"}
        assert code_of(log_in(way, idp)[1]) == "sso.provider"

    def test_a_trip_that_took_too_long_is_over(
        self, tea: World, idp: Provider, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from datetime import timedelta

        from tongxin.faces.doors.sso import trips

        monkeypatch.setattr(trips, "_GOOD_FOR", timedelta(0))

        assert code_of(log_in(connected(tea, idp), idp)[1]) == "sso.expired"

    @pytest.mark.parametrize(
        "leads_to",
        [
            "https://evil.example/",
            "//evil.example/",
            "/\\evil.example",
            "javascript:alert(1)",
            "///evil",
        ],
    )
    def test_nobody_is_led_elsewhere(self, tea: World, idp: Provider, leads_to: str) -> None:
        _client, response = log_in(connected(tea, idp), idp, leads_to=leads_to)

        assert response["Location"] == "/desk/"

    @pytest.mark.parametrize(
        ("discovery", "code"),
        [
            ({"issuer": "https://evil.example"}, "sso.issuer"),
            ({"token_endpoint": "ftp://127.0.0.1/"}, "sso.address"),
            ({"authorization_endpoint": "javascript:alert(1)"}, "sso.address"),
            ({"jwks_uri": "http://192.0.2.1/keys"}, "sso.address"),
            ({"token_endpoint": ""}, "sso.document"),
        ],
    )
    def test_a_provider_that_leads_elsewhere_is_refused(
        self, tea: World, idp: Provider, discovery: Any, code: str
    ) -> None:
        way = connected(tea, idp)
        idp.discovery = discovery

        shown = Client(headers={"accept-language": "en"}).get(f"/account/sso/{way.key}/")

        assert code_of(shown) == code

    def test_our_own_network_is_not_asked(self, tea: World, idp: Provider, settings: Any) -> None:
        way = connected(tea, idp)
        settings.TRUSTS_OWN_NETWORK = False
        Connection.objects.update(address=idp.issuer.replace("http", "https"))

        shown = Client(headers={"accept-language": "en"}).get(f"/account/sso/{way.key}/")

        assert code_of(shown) == "sso.unreachable"
        assert not idp.asked

    def test_an_address_begins_so_many_log_ins(
        self, tea: World, idp: Provider, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(views, "_AT_ONCE", 5)
        way = connected(tea, idp)
        client = Client(headers={"accept-language": "en"})

        answers = [client.get(f"/account/sso/{way.key}/").status_code for _ in range(7)]

        assert answers[0] == 302
        assert answers[-1] == 429

    def test_the_first_log_in_of_a_provider_with_another_address_links_anew(
        self, tea: World, idp: Provider
    ) -> None:
        way = connected(tea, idp)
        log_in(way, idp)
        with provider(
            **{**MEI, "email": "li@xiaoman.example", "name": "Li"}, groups=["support"]
        ) as other:
            plan = replace(plan_for(other), short_name="")
            actions.change(actor=tea.owner, connection_id=way.pk, plan=plan, now=NOON)
            log_in(way, other)

        emails = set(
            Member.objects.filter(workspace_id=tea.workspace_id).values_list(
                "user__email", flat=True
            )
        )
        assert {"mei@xiaoman.example", "li@xiaoman.example"} <= emails
