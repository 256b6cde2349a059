"""The studio's page of connections to identity providers."""

from typing import Any

import pytest
from django.test import Client

from tests.doors.test_oidc import connected, log_in
from tests.make import saml
from tests.make.company import MEI
from tests.make.oidc import CLIENT, SECRET, Provider
from tests.make.world import World, world
from tongxin.center.accounts.models import Member, User
from tongxin.center.accounts.values import Role
from tongxin.center.federation.models import Connection, Link
from tongxin.center.kit.ids import public_id

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("near")]
PAGE = {"Accept": "text/html"}


@pytest.fixture
def owner(tea: World) -> Client:
    return at_the_studio(tea.owner.id)


def at_the_studio(member_id: int, language: str = "en") -> Client:
    client = Client()
    user = Member.objects.get(pk=member_id).user
    User.objects.filter(pk=user.pk).update(language=language)
    client.force_login(user)
    return client


def made(owner: Client, kind: str = "oidc") -> str:
    response = owner.post("/studio/sso/", {"name": "Company account", "kind": kind})
    assert response.status_code == 302
    return str(response["Location"])


def filled(idp: Provider, **more: Any) -> dict[str, Any]:
    return {
        "name": "Company account", "address": f"{idp.issuer}/.well-known/openid-configuration",
        "client_id": CLIENT, "secret": SECRET, "scopes": "email", "groups": "groups",
        "short_name": "xiaoman", "domains": "@Xiaoman.example，tea.example", "takes_new": "on",
        "group": ["leads", "support", ""], "role": ["admin", "agent", "agent"], "otherwise": "", **more,
    }  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("kind", ["oidc", "saml"])
def test_every_page_opens_in_both_languages(tea: World, kind: str, language: str) -> None:
    client = at_the_studio(tea.owner.id, language)

    empty = client.get("/studio/sso/")
    one = client.get(made(client, kind))
    listed = client.get("/studio/sso/")

    assert [page.status_code for page in (empty, one, listed)] == [200] * 3
    assert "Keycloak" in empty.content.decode()
    assert "style=" not in one.content.decode()


def test_a_connection_from_its_making_to_a_log_in_and_its_end(
    tea: World, owner: Client, idp: Provider
) -> None:
    page = made(owner)
    way = Connection.objects.get()
    assert f"http://testserver/account/sso/{way.key}/back/" in owner.get(page).content.decode()
    assert (
        "have to be filled in first"
        in owner.post(f"{page}switch/", {"on": "yes"}, follow=True).content.decode()
    )

    owner.post(page, filled(idp))
    tested = owner.post(f"{page}test/", follow=True).content.decode()
    owner.post(f"{page}switch/", {"on": "yes"})
    way.refresh_from_db()
    client, response = log_in(way, idp)

    assert f"{idp.issuer} answers, with 1 signing key(s)." in tested
    assert (way.address, way.is_on) == (idp.issuer, True)
    assert way.mapped == [["leads", "admin"], ["support", "agent"]]
    assert way.domains == ["xiaoman.example", "tea.example"]
    assert way.scopes == "openid email"
    assert response["Location"] == "/desk/"
    shown = owner.get(page).content.decode()
    assert MEI["email"] in shown
    assert SECRET not in shown
    owner.post(f"{page}remove/")
    assert client.get("/desk/all/", headers=PAGE).status_code == 302
    assert "公司" not in owner.get("/studio/sso/").content.decode()


def test_a_line_is_moved_up(owner: Client, idp: Provider) -> None:
    page = made(owner)

    owner.post(page, filled(idp, up="1"))
    owner.post(page, filled(idp, up="9"))
    owner.post(page, filled(idp, up="²"))
    owner.post(page, filled(idp, up="1", secret=""))

    way = Connection.objects.get()
    assert way.mapped == [["support", "agent"], ["leads", "admin"]]
    assert way.secret == SECRET


def test_a_secret_is_forgotten_when_asked(owner: Client, idp: Provider) -> None:
    page = made(owner)
    owner.post(page, filled(idp))

    owner.post(page, filled(idp, secret="", no_secret="on"))

    assert not Connection.objects.get().secret


def test_what_was_typed_wrong_stays_to_be_mended(owner: Client, idp: Provider) -> None:
    page = made(owner)

    response = owner.post(page, filled(idp, address="ftp://login.example", domains="nowhere"))

    assert response.status_code == 422
    assert "ftp://login.example" in response.content.decode()


def test_a_test_says_what_is_wrong_in_a_sentence(owner: Client, idp: Provider) -> None:
    page = made(owner)
    owner.post(page, filled(idp))

    idp.discovery = {"issuer": "https://evil.example"}
    renamed = owner.post(f"{page}test/", follow=True).content.decode()
    idp.discovery, idp.keys = {}, []
    keyless = owner.post(f"{page}test/", follow=True).content.decode()
    Connection.objects.update(address=f"{idp.issuer}/elsewhere")
    lost = owner.post(f"{page}test/", follow=True).content.decode()

    assert "The provider calls itself otherwise" in renamed
    assert "shows no key" in keyless
    assert "is not what it should be" in lost


def test_saml_metadata_are_tested_too(owner: Client) -> None:
    page = made(owner, "saml")

    owner.post(page, {"name": "SAML", "metadata": saml.metadata()})
    tested = owner.post(f"{page}test/", follow=True).content.decode()

    assert "https://login.example/saml is known, with 1 signing key(s)" in tested


def test_somebody_is_unlinked_and_out(tea: World, owner: Client, idp: Provider) -> None:
    way = connected(tea, idp)
    client, _response = log_in(way, idp)
    member = Link.objects.get().member_id

    page = f"/studio/sso/{public_id('sso', way.pk)}/"
    owner.post(f"{page}unlink/", {"member": public_id("mem", member)})

    assert not Link.objects.exists()
    assert client.get("/desk/all/", headers=PAGE).status_code == 302


def test_who_may_not_is_told_so(tea: World) -> None:
    agent = at_the_studio(tea.member(Role.AGENT).id)

    assert agent.get("/studio/sso/", headers=PAGE).status_code == 403
    assert agent.post("/studio/sso/", {"name": "x"}, headers=PAGE).status_code == 403


def test_another_workspace_s_connection_is_not_there(tea: World, idp: Provider) -> None:
    way = connected(tea, idp)
    stranger = at_the_studio(world("Another Shop").owner.id)
    page = f"/studio/sso/{public_id('sso', way.pk)}/"

    assert stranger.get(page).status_code == 404
    assert {
        stranger.post(f"{page}{verb}/").status_code
        for verb in ("test", "switch", "remove", "unlink")
    } == {404}
    assert Connection.objects.get().is_on
