"""Logging in by SAML 2.0: a stand-in provider signs, and bends, what it says."""

import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tests.doors.test_oidc import code_of
from tests.make.saml import (
    ENTITY,
    RSA_SHA1,
    SHA1,
    Bent,
    Said,
    asked,
    assertion,
    identity,
    metadata,
    packed,
    response,
    signed,
    usual,
    wholly,
)
from tests.make.world import NOON, World, world
from tongxin.center.accounts.models import Member
from tongxin.center.accounts.values import Role
from tongxin.center.federation import actions
from tongxin.center.federation.models import Connection
from tongxin.center.federation.values import Kind, Mapped, Plan
from tongxin.center.kit.refusals import Refused

pytestmark = pytest.mark.django_db
PAGE = {"Accept": "text/html"}
EMAIL = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"
MEI = {EMAIL: ["mei@xiaoman.example"], "displayName": ["小梅"], "groups": ["support", "tea"]}


@pytest.fixture(autouse=True)
def _forgotten() -> None:
    cache.clear()


def connected(tea: World, **more: Any) -> Connection:
    usual_plan: dict[str, Any] = {
        "name": "公司账号", "metadata": metadata(), "takes_new": True, "otherwise": None,
        "mapped": [Mapped("support", Role.AGENT)], "domains": ["xiaoman.example"],
    }  # fmt: skip
    plan = Plan(**{**usual_plan, **more})
    made = actions.create(actor=tea.owner, kind=Kind.SAML, plan=plan, now=NOON)
    actions.switch(actor=tea.owner, connection_ids=[made], is_on=True, now=NOON)
    return Connection.objects.get(pk=made)


def begun(way: Connection, client: Client) -> tuple[Said, str]:
    """Begin a log-in; return what the provider would say, and the relay state."""
    sent = client.get(f"/account/sso/{way.key}/")
    assert sent["Location"].startswith("https://login.example/sso?SAMLRequest=")
    request, state = asked(sent["Location"])
    here = f"http://testserver/account/sso/{way.key}"
    return Said(request, f"{here}/acs/", f"{here}/metadata/", attributes=MEI), state


def post(way: Connection, client: Client, xml: str, state: str) -> Any:
    form = {"SAMLResponse": packed(xml), "RelayState": state, "again": "yes"}
    return client.post(f"/account/sso/{way.key}/acs/", form)


def log_in(way: Connection, bend: Bent, client: Client | None = None) -> tuple[Client, Any]:
    client = client or Client(headers={"accept-language": "en"})
    said, state = begun(way, client)
    return client, post(way, client, bend(said), state)


class TestComingIn:
    @pytest.mark.parametrize("how", [usual, wholly])
    def test_a_signed_answer_opens_the_desk(self, tea: World, how: Bent) -> None:
        client, answer = log_in(connected(tea), how)

        assert (answer.status_code, answer["Location"]) == (302, "/desk/")
        assert client.get("/desk/all/", headers=PAGE).status_code == 200
        member = Member.objects.get(user__email="mei@xiaoman.example")
        assert (member.role, member.user.name) == ("agent", "小梅")
        assert client.get("/account/mfa/", headers=PAGE).status_code == 403

    def test_an_answer_from_elsewhere_is_posted_once_more_from_here(self, tea: World) -> None:
        way, client = connected(tea), Client(headers={"accept-language": "en"})
        said, state = begun(way, client)
        xml = packed(usual(said))

        # A browser sends no cookie of ours with a form of another site.
        without = Client().post(
            f"/account/sso/{way.key}/acs/", {"SAMLResponse": xml, "RelayState": state}
        )

        assert without.status_code == 200
        assert "data-again" in without.content.decode()
        assert xml in without.content.decode()
        assert post(way, client, usual(said), state).status_code == 302

    def test_our_metadata_say_who_we_are(self, tea: World) -> None:
        way = connected(tea)

        shown = Client().get(f"/account/sso/{way.key}/metadata/").content.decode()

        assert f'entityID="http://testserver/account/sso/{way.key}/metadata/"' in shown
        assert f'Location="http://testserver/account/sso/{way.key}/acs/"' in shown

    def test_a_clock_two_minutes_ahead_does_no_harm(self, tea: World) -> None:
        bend: Bent = lambda said: usual(said.but(begins=timedelta(seconds=90)))  # noqa: E731

        assert log_in(connected(tea), bend)[1].status_code == 302

    def test_the_libraries_are_loaded_when_somebody_comes(self) -> None:
        code = (
            "import django, sys; django.setup(); import tongxin.project.urls; "
            "print([name for name in sys.modules if name.startswith(('onelogin', 'xmlsec', 'lxml'))])"
        )
        ran = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "tongxin.project.settings"},
        )  # fmt: skip

        assert ran.stdout.strip().splitlines()[-1] == "[]"


def unsigned(said: Said) -> str:
    return response(said, assertion(said))


def by_another(said: Said) -> str:
    return response(said, signed(assertion(said), identity("evil.example")))


def by_sha1(said: Said) -> str:
    return response(said, signed(assertion(said), how=RSA_SHA1, digest=SHA1))


def touched(said: Said) -> str:
    return usual(said).replace("mei@xiaoman.example", "li@xiaoman.example")


def wrapped_beside(said: Said) -> str:
    """An assertion of theirs before the signed one."""
    evil = assertion(said.but(name="li-1"))
    return response(said, evil + signed(assertion(said)))


def wrapped_inside(said: Said) -> str:
    """The signed assertion inside theirs, which bears its id."""
    good = signed(assertion(said.but(assertion_id="_same")))
    evil = assertion(said.but(name="li-1", assertion_id="_same"))
    return response(said, evil.replace("</saml:Assertion>", f"{good}</saml:Assertion>"))


def wrapped_in_extensions(said: Said) -> str:
    good = signed(assertion(said))
    evil = assertion(said.but(name="li-1"))
    hidden = f"<samlp:Extensions>{good}</samlp:Extensions>"
    return response(said, evil).replace("<samlp:Status>", f"{hidden}<samlp:Status>")


def wrapped_in_the_signature(said: Said) -> str:
    """Their assertion carries the signature of the good one, which lies in an Object of it."""
    good = signed(assertion(said.but(assertion_id="_good")))
    start, end = good.index("<ds:Signature"), good.index("</ds:Signature>")
    signature, bare = good[start:end], good[:start] + good[end + len("</ds:Signature>") :]
    evil = assertion(said.but(name="li-1", assertion_id="_evil"))
    held = f"{signature}<ds:Object>{bare}</ds:Object></ds:Signature>"
    return response(said, evil.replace("</saml:Issuer>", f"</saml:Issuer>{held}", 1))


def with_a_comment(said: Said) -> str:
    """Signed for mei-1.evil, cut to mei-1 by whoever reads only up to a comment."""
    return usual(said.but(name="mei-1<!-- -->.evil"))


def with_a_bomb(said: Said) -> str:
    return '<!DOCTYPE r [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]>' + usual(said)


def with_a_file(said: Said) -> str:
    return '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + usual(said).replace(
        ">mei-1<", ">&x;<"
    )


def but(**more: Any) -> Bent:
    return lambda said: usual(said.but(**more))


TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
DENIED = "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"
OLD = timedelta(minutes=-3)


class TestHostile:
    @pytest.mark.parametrize(
        ("bend", "codes"),
        [
            (unsigned, {"sso.signature"}),
            (by_another, {"sso.signature"}),
            (by_sha1, {"sso.signature"}),
            (touched, {"sso.signature"}),
            (wrapped_beside, {"sso.signature"}),
            (wrapped_inside, {"sso.signature"}),
            (wrapped_in_extensions, {"sso.signature"}),
            (wrapped_in_the_signature, {"sso.signature"}),
            (with_a_bomb, {"sso.answer", "sso.signature"}),
            (with_a_file, {"sso.answer", "sso.signature"}),
            (lambda _said: "no xml", {"sso.answer"}),
            (lambda _said: "", {"sso.answer"}),
            (lambda _said: "<a/>", {"sso.answer"}),
            (but(issuer="https://evil.example"), {"sso.answer"}),
            (but(audience="https://another.example"), {"sso.answer"}),
            (but(audience=""), {"sso.answer"}),
            (but(recipient="https://another.example/acs/"), {"sso.answer"}),
            (but(recipient=""), {"sso.answer"}),
            (but(in_response_to="_another"), {"sso.state"}),
            (but(in_response_to=""), {"sso.state"}),
            (but(confirmed_for="_another"), {"sso.state", "sso.answer"}),
            (but(confirmed_for=""), {"sso.state"}),
            (but(begins=timedelta(minutes=4)), {"sso.expired"}),
            (but(begins=timedelta(hours=-1), ends=OLD), {"sso.expired", "sso.answer"}),
            (but(status=DENIED), {"sso.cancelled"}),
            (but(name_format=TRANSIENT), {"sso.answer"}),
            (but(name=""), {"sso.answer"}),
            (but(attributes={**MEI, EMAIL: ["mei@elsewhere.example"]}), {"sso.email"}),
            (but(attributes={"groups": ["support"]}), {"sso.email"}),
            (but(attributes={**MEI, "groups": ["finance"]}), {"sso.no_role"}),
        ],
    )
    def test_a_bent_answer_lets_nobody_in(self, tea: World, bend: Bent, codes: set[str]) -> None:
        client, answer = log_in(connected(tea), bend)

        assert code_of(answer) in codes
        assert client.get("/desk/all/", headers=PAGE).status_code == 302

    def test_a_comment_cuts_nobody_s_name(self, tea: World) -> None:
        from tongxin.center.federation.models import Link

        log_in(connected(tea), with_a_comment)

        assert not Link.objects.filter(subject="mei-1").exists()

    def test_an_assertion_is_good_once(self, tea: World) -> None:
        """Also where it is put into another answer, to another request of the same browser."""
        way, client = connected(tea), Client(headers={"accept-language": "en"})
        said, state = begun(way, client)
        later, other = begun(way, client)
        once = signed(assertion(said))

        assert post(way, client, response(said, once), state).status_code == 302
        again = Client(headers={"accept-language": "en"})
        assert code_of(post(way, again, response(said, once), state)) == "sso.state"
        assert later.request != said.request
        assert "sso.state" in post(way, client, response(said, once), other).content.decode()

    def test_the_same_assertion_is_known_whoever_brings_it(
        self, tea: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from tongxin.faces.doors.sso import trips

        way, client = connected(tea), Client(headers={"accept-language": "en"})
        said, state = begun(way, client)
        kept = client.session["sso_trips"]
        xml = usual(said)
        post(way, client, xml, state)
        monkeypatch.setattr(trips, "take_once", lambda **_given: True)
        other = Client(headers={"accept-language": "en"})
        other.get(f"/account/sso/{way.key}/")
        session = other.session
        session["sso_trips"] = kept
        session.save()

        assert code_of(post(way, other, xml, state)) == "sso.replay"

    def test_nobody_comes_whom_we_did_not_ask_for(self, tea: World) -> None:
        way, client = connected(tea), Client(headers={"accept-language": "en"})
        here = f"http://testserver/account/sso/{way.key}"
        said = Said("", f"{here}/acs/", f"{here}/metadata/", attributes=MEI)

        assert code_of(post(way, client, usual(said), "")) == "sso.state"
        assert code_of(post(way, client, usual(said), "https://evil.example/")) == "sso.state"

    def test_an_answer_for_one_connection_is_none_for_another(self, tea: World) -> None:
        way, other = connected(tea), connected(world("Another Shop"))
        client = Client(headers={"accept-language": "en"})
        said, _state = begun(way, client)
        _said, state = begun(other, client)

        assert code_of(post(other, client, usual(said), state)) in {"sso.state", "sso.answer"}

    @pytest.mark.parametrize(
        "xml",
        [
            "no xml",
            "<a/>",
            '<!DOCTYPE a [<!ENTITY b "c">]>' + metadata(),
            metadata().replace("IDPSSODescriptor", "SPSSODescriptor"),
            metadata(binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"),
            metadata(certificate=""),
            f"<md:E xmlns:md='urn:oasis:names:tc:SAML:2.0:metadata'>{metadata()}{metadata()}</md:E>",
            "<a>" * 5000,
        ],
    )
    def test_metadata_that_are_none_are_not_taken(self, tea: World, xml: str) -> None:
        plan = Plan(name="公司账号", metadata=xml)

        with pytest.raises(Refused, match=r"connection\.metadata"):
            actions.create(actor=tea.owner, kind=Kind.SAML, plan=plan, now=NOON)

    def test_metadata_that_lead_elsewhere_lead_nowhere(self, tea: World) -> None:
        way = connected(tea, metadata=metadata(address="javascript:alert(1)"))

        shown = Client(headers={"accept-language": "en"}).get(f"/account/sso/{way.key}/")

        assert code_of(shown) == "sso.address"
        assert ENTITY in way.metadata
