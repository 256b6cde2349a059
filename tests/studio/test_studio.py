"""The studio as managers use it."""

import re
from typing import ClassVar

import pytest
from django.test import Client

from tests.make.world import NOON, World, token_actor, world
from tongxin.center.accounts.models import CustomRole, Member, Token, User, Workspace
from tongxin.center.accounts.queries import seat
from tongxin.center.accounts.values import Role
from tongxin.center.kit.actor import Reach
from tongxin.center.kit.ids import public_id
from tongxin.center.timeline.models import Event, SetAside
from tongxin.service.channels.models import Inbox, InboxKey
from tongxin.service.team.models import Presence
from tongxin.service.team.queries import phones, routing

pytestmark = pytest.mark.django_db
PAGES = [
    "",
    "members/",
    "roles/",
    "inboxes/",
    "inboxes/new/webchat/",
    "chats/",
    "chats/new/slack/",
    "plugins/",
    "tokens/",
    "deliveries/",
    "aside/",
    "audit/",
]


@pytest.fixture
def tea() -> World:
    return world()


@pytest.fixture
def owner(tea: World, client: Client) -> Client:
    """李工 at the studio."""
    client.force_login(
        User.objects.get(pk=Member.objects.get(pk=tea.owner.id).user_id),
    )
    return client


def inbox_page(tea: World) -> str:
    return f"/studio/inboxes/{public_id('inb', tea.inbox_id)}/"


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_opens_in_both_languages(owner: Client, page: str, language: str) -> None:
    User.objects.update(language=language)

    response = owner.get(f"/studio/{page}")

    assert response.status_code == 200
    assert "style=" not in response.content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_agents_are_told_that_they_may_not(tea: World, client: Client, page: str) -> None:
    agent = tea.member(Role.AGENT)
    client.force_login(
        User.objects.get(pk=Member.objects.get(pk=agent.id).user_id),
    )

    response = client.get(f"/studio/{page}", headers={"Accept": "text/html"})

    assert response.status_code == 403
    assert "forbidden" in response.content.decode()


def test_strangers_log_in_first(client: Client) -> None:
    response = client.get("/studio/members/")

    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/")


def test_the_workspace_is_renamed(owner: Client, tea: World) -> None:
    owner.post("/studio/", {"name": "Xiaoman", "language": "en", "time_zone": "Europe/Berlin"})

    assert Workspace.objects.get(pk=tea.workspace_id).name == "Xiaoman"


def test_a_refusal_is_said_on_the_page(owner: Client) -> None:
    User.objects.update(language="en")

    response = owner.post(
        "/studio/", {"name": " ", "language": "en", "time_zone": "UTC"}, follow=True
    )

    assert "The workspace needs a name." in response.content.decode()


class TestRoles:
    FORM: ClassVar = {
        "name": "退换组", "reach": "own", "form_key": "r1",
        "permissions": ["conversation.read", "note.write"],
    }  # fmt: skip

    def test_a_role_is_made_and_given(self, owner: Client, tea: World) -> None:
        mei = tea.member(Role.LIGHT)

        owner.post("/studio/roles/", self.FORM)
        role = CustomRole.objects.get(name="退换组")
        given = {"role": public_id("rol", role.pk)}
        owner.post(f"/studio/members/{public_id('mem', mei.id)}/role/", given)

        found = seat(mei.id)
        assert found is not None
        assert (found.role_name, found.actor.reach) == ("退换组", Reach.OWN)
        assert found.actor.permissions == frozenset(self.FORM["permissions"])

    def test_the_editor_shows_what_it_may_and_changes_it(self, owner: Client) -> None:
        owner.post("/studio/roles/", self.FORM)
        role = CustomRole.objects.get(name="退换组")
        address = f"/studio/roles/{public_id('rol', role.pk)}/"

        shown = owner.get(address).content.decode()
        owner.post(address, {**self.FORM, "name": "退换", "permissions": ["conversation.read"]})

        assert 'value="note.write" checked' in shown
        role.refresh_from_db()
        assert (role.name, role.permissions) == ("退换", ["conversation.read"])

    def test_what_is_wrong_is_said_beside_what_was_chosen(self, owner: Client) -> None:
        response = owner.post("/studio/roles/", {**self.FORM, "name": " "})

        assert response.status_code == 422
        assert 'value="note.write" checked' in response.content.decode()

    def test_a_role_that_nobody_has_is_removed(self, owner: Client) -> None:
        owner.post("/studio/roles/", self.FORM)
        role = CustomRole.objects.get(name="退换组")

        owner.post(f"/studio/roles/{public_id('rol', role.pk)}/remove/")

        assert public_id("rol", role.pk) not in owner.get("/studio/roles/").content.decode()


class TestMembers:
    FORM = {"email": "amelie@xiaoman.example", "name": "Amélie", "role": "agent", "form_key": "f1"}

    def test_somebody_is_let_in_with_a_password_shown_once(self, owner: Client) -> None:
        shown = owner.post("/studio/members/", self.FORM).content.decode()

        found = re.search(r'<code id="password"[^>]*>([^<]+)<', shown)
        assert found
        assert User.objects.get(email=self.FORM["email"]).check_password(found[1])
        assert found[1] not in owner.get("/studio/members/").content.decode()

    def test_the_same_form_twice_lets_in_one(self, owner: Client) -> None:
        owner.post("/studio/members/", self.FORM)
        again = owner.post("/studio/members/", self.FORM)

        assert again.status_code == 302
        assert User.objects.filter(email=self.FORM["email"]).count() == 1

    def test_what_is_wrong_is_said_and_what_was_typed_stays(self, owner: Client) -> None:
        response = owner.post("/studio/members/", self.FORM | {"email": "nobody"})

        assert response.status_code == 422
        assert 'value="Amélie"' in response.content.decode()

    def test_a_role_and_a_capacity_are_set(self, owner: Client, tea: World) -> None:
        tom = tea.member()
        page = f"/studio/members/{public_id('mem', tom.id)}"

        owner.post(f"{page}/role/", {"role": "admin"})
        owner.post(f"{page}/capacity/", {"capacity": "3"})

        assert Member.objects.get(pk=tom.id).role == "admin"
        assert Presence.objects.get(pk=tom.id).capacity == 3

    @pytest.mark.parametrize("given", ["", "x", "-1", "9999", "²"])
    def test_a_strange_capacity_is_refused(self, owner: Client, tea: World, given: str) -> None:
        page = f"/studio/members/{public_id('mem', tea.owner.id)}/capacity/"

        assert owner.post(page, {"capacity": given}).status_code == 302
        assert not Presence.objects.exclude(capacity=100).exists()

    def test_skills_and_languages_are_set(self, owner: Client, tea: World) -> None:
        tom = tea.member()
        page = f"/studio/members/{public_id('mem', tom.id)}/skills/"

        owner.post(page, {"skills": "刻字， 批发,,", "languages": "ZH、en"})

        held = Presence.objects.get(pk=tom.id)
        assert (held.skills, held.languages) == (["刻字", "批发"], ["en", "zh"])
        assert 'value="刻字, 批发"' in owner.get("/studio/members/").content.decode()

    def test_the_number_at_which_one_is_rung_is_set(self, owner: Client, tea: World) -> None:
        address = f"/studio/members/{public_id('mem', tea.owner.id)}/phone/"

        owner.post(address, {"phone": "+86 138 0013 8000"})
        wrong = owner.post(address, {"phone": "138"}, follow=True).content.decode()

        assert [row.phone for row in phones(actor=tea.owner)] == ["+8613800138000"]
        assert "+8613800138000" in wrong

    def test_the_last_owner_stays(self, owner: Client, tea: World) -> None:
        page = f"/studio/members/{public_id('mem', tea.owner.id)}"
        owner.post(f"{page}/role/", {"role": "agent"})
        owner.post(f"{page}/remove/")

        assert Member.objects.get(pk=tea.owner.id).role == "owner"

    def test_a_member_is_removed(self, owner: Client, tea: World) -> None:
        tom = tea.member()
        owner.post(f"/studio/members/{public_id('mem', tom.id)}/remove/")

        assert Member.objects.get(pk=tom.id).removed_at is not None

    def test_members_of_others_are_not_touched(self, owner: Client) -> None:
        theirs = world("Another").member()
        owner.post(f"/studio/members/{public_id('mem', theirs.id)}/remove/")

        assert Member.objects.get(pk=theirs.id).removed_at is None


class TestInboxes:
    FORM = {
        "name": "门店", "setting.brand": "小满", "setting.color": "#0f7b6c", "setting.greeting_zh": "您好",
        "setting.greeting_en": "Hello", "setting.ask_email": "on",
    }  # fmt: skip

    def test_a_channel_is_connected_once(self, owner: Client) -> None:
        for _time in range(2):
            owner.post("/studio/inboxes/new/webchat/", self.FORM | {"form_key": "f"})

        inbox = Inbox.objects.get(name="门店")
        assert (inbox.settings["brand"], inbox.settings["ask_email"]) == ("小满", True)

    def test_the_line_to_copy_names_the_inbox(self, owner: Client, tea: World) -> None:
        page = owner.get(inbox_page(tea)).content.decode()

        key = Inbox.objects.get(pk=tea.inbox_id).key
        assert f"widget.js&#34; data-inbox=&#34;{key}&#34;" in page

    def test_it_is_changed_and_switched_off(self, owner: Client, tea: World) -> None:
        owner.post(inbox_page(tea), self.FORM)

        inbox = Inbox.objects.get(pk=tea.inbox_id)
        assert (inbox.name, inbox.enabled) == ("门店", False)

    def test_a_wrong_color_is_refused(self, owner: Client, tea: World) -> None:
        response = owner.post(
            "/studio/inboxes/new/webchat/", self.FORM | {"setting.color": "red", "form_key": "f"}
        )

        assert response.status_code == 422
        assert not Inbox.objects.filter(name="门店").exists()

    def test_a_key_is_made_shown_and_retired(self, owner: Client, tea: World) -> None:
        owner.post(f"{inbox_page(tea)}keys/", {"form_key": "k"})
        owner.post(f"{inbox_page(tea)}keys/", {"form_key": "k"})
        key = InboxKey.objects.get()
        shown = owner.get(inbox_page(tea)).content.decode()
        owner.post(f"{inbox_page(tea)}keys/retire/", {"kid": key.kid})

        assert key.secret in shown
        assert key.secret not in owner.get(inbox_page(tea)).content.decode()

    def test_an_inbox_of_others_is_not_there(self, owner: Client) -> None:
        theirs = world("Another")

        assert owner.get(inbox_page(theirs), headers={"Accept": "text/html"}).status_code == 404
        assert owner.get("/studio/inboxes/nonsense/").status_code == 404


class TestTokens:
    def test_a_token_is_shown_once_and_works_until_revoked(self, owner: Client) -> None:
        form = {"name": "till", "scopes": ["inbox.read"], "form_key": "t"}
        shown = owner.post("/studio/tokens/", form).content.decode()
        again = owner.post("/studio/tokens/", form)
        found = re.search(r"txn_[\w-]{40,}", shown)
        assert found

        before = token_actor(found[0])
        owner.post(f"/studio/tokens/{public_id('tok', Token.objects.get().pk)}/revoke/")

        assert again.status_code == 302
        assert before is not None
        assert token_actor(found[0]) is None

    def test_it_needs_a_scope(self, owner: Client) -> None:
        assert owner.post("/studio/tokens/", {"name": "till"}).status_code == 422


class TestSetAside:
    def aside(self, tea: World, handler: str) -> SetAside:
        tea.write("你好")
        event = Event.objects.get(kind="message.received")
        return SetAside.objects.create(
            handler=handler,
            event=event,
            workspace_id=tea.workspace_id,
            error="Boom()",
            set_aside_at=NOON,
        )

    def test_an_event_goes_through_the_second_time(self, owner: Client, tea: World) -> None:
        row = self.aside(tea, "service.conversations.make_findable")
        page = owner.get("/studio/aside/").content.decode()
        owner.post("/studio/aside/retry/", {"event": public_id("aside", row.pk)})

        assert "Boom()" in page
        assert not SetAside.objects.exists()

    def test_one_that_fails_again_keeps_its_new_error(self, owner: Client, tea: World) -> None:
        row = self.aside(tea, "nobody.hears")
        owner.post("/studio/aside/retry/", {"event": public_id("aside", row.pk)})

        assert "KeyError" in SetAside.objects.get().error

    def test_one_is_given_up(self, owner: Client, tea: World) -> None:
        row = self.aside(tea, "nobody.hears")
        owner.post("/studio/aside/drop/", {"event": public_id("aside", row.pk)})

        assert not SetAside.objects.exists()
        assert Event.objects.filter(kind="event.released").exists()


def test_an_inbox_is_routed_as_it_was_set(owner: Client, tea: World) -> None:
    page = inbox_page(tea)

    owner.post(f"{page}routing/", {"weight": "50", "strategy": "in_turn", "skills": "刻字"})
    shown = owner.get(page).content.decode()
    refused = owner.post(f"{page}routing/", {"weight": "0", "strategy": "??"}, follow=True)

    [now] = routing(actor=tea.owner)
    assert (now.is_automatic, now.weight, now.strategy, now.skills) == (
        False, 50, "in_turn", ["刻字"],
    )  # fmt: skip
    assert 'value="50"' in shown
    assert 'value="刻字"' in shown
    assert "1 到 1000" in refused.content.decode()
