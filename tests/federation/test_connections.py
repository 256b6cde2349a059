"""Setting connections up, and whom they let in."""

from dataclasses import replace
from typing import Any

import pytest

from tests.make.world import NOON, World, world
from tongxin.center.accounts.actions import change_role, define_role, join, remove_roles
from tongxin.center.accounts.models import Member, User, Workspace
from tongxin.center.accounts.values import ADMIN, Role
from tongxin.center.federation import actions, queries
from tongxin.center.federation.models import Connection, Link
from tongxin.center.federation.values import Claims, Kind, Mapped, Plan
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.refusals import Refused
from tongxin.center.timeline.models import Event

pytestmark = pytest.mark.django_db
PLAN = Plan(name="公司账号", address="https://login.example", client_id="tongxin", secret="hush")
MEI = Claims("https://login.example", "mei-1", "mei@xiaoman.example", True, "小梅", ["support"])


@pytest.fixture
def tea() -> World:
    return world()


def refused(code: str) -> "pytest.RaisesExc[Refused]":
    return pytest.raises(Refused, match=code)


def made(tea: World, by: Actor | None = None, **more: Any) -> int:
    pk: int = actions.create(
        actor=by or tea.owner, kind=Kind.OIDC, plan=replace(PLAN, **more), now=NOON
    )
    return pk


def on(tea: World, **more: Any) -> int:
    pk = made(tea, **{"takes_new": True, **more})
    actions.switch(actor=tea.owner, connection_ids=[pk], is_on=True, now=NOON)
    return pk


def enter(pk: int, **more: Any) -> Member:
    entered = actions.enter(connection_id=pk, claims=replace(MEI, **more), now=NOON)
    return Member.objects.get(pk=entered.member_id)


def email_of(actor: Actor) -> str:
    return Member.objects.select_related("user").get(pk=actor.id).user.email


class TestSettingUp:
    @pytest.mark.parametrize(
        ("more", "code"),
        [
            ({"name": " "}, "connection.name"),
            ({"address": "http://login.example"}, "connection.address"),
            ({"address": "https://user:word@login.example"}, "connection.address"),
            ({"address": "file:///etc/passwd"}, "connection.address"),
            ({"domains": ["no domain"]}, "connection.domain"),
            ({"domains": ["xiaoman.example", "*"]}, "connection.domain"),
            ({"short_name": "小满"}, "connection.short_name"),
            ({"mapped": [Mapped("leads", Role.OWNER)]}, "forbidden"),
            ({"otherwise": Role.OWNER}, "forbidden"),
            ({"mapped": [Mapped("leads", 99_999)]}, "role.missing"),
        ],
    )
    def test_what_makes_no_sense_is_refused(
        self, tea: World, more: dict[str, Any], code: str
    ) -> None:
        with refused(code):
            made(tea, **more)

    def test_a_short_name_leads_to_one(self, tea: World) -> None:
        made(tea, short_name="Xiaoman")

        with refused("connection.taken"):
            made(world("Another Shop"), short_name="xiaoman")

    def test_a_secret_is_neither_shown_nor_told(self, tea: World) -> None:
        pk = made(tea)
        actions.change(
            actor=tea.owner, connection_id=pk, plan=replace(PLAN, secret="hush hush"), now=NOON
        )

        [row] = queries.connections(actor=tea.owner)
        assert row.has_secret
        assert "hush" not in repr(row) + repr(PLAN)
        assert row.plan.secret is None
        assert "hush" not in str(list(Event.objects.values_list("data", flat=True)))
        assert Event.objects.get(kind="connection.changed").data["fields"] == ["secret"]

    def test_a_secret_that_is_not_typed_anew_stays(self, tea: World) -> None:
        pk = made(tea)

        actions.change(
            actor=tea.owner,
            connection_id=pk,
            plan=replace(PLAN, secret=None, name="员工"),
            now=NOON,
        )

        assert Connection.objects.get(pk=pk).secret == "hush"

    def test_what_is_not_filled_in_is_not_switched_on(self, tea: World) -> None:
        pk = made(tea, client_id="")

        with refused("connection.incomplete"):
            actions.switch(actor=tea.owner, connection_ids=[pk], is_on=True, now=NOON)

    def test_who_may_less_than_an_admin_sets_nothing_up(self, tea: World) -> None:
        """They could come in as an admin."""
        role = define_role(actor=tea.owner, name="设置", permissions=["workspace.write"], now=NOON)

        with refused("forbidden"):
            made(tea, tea.member(role))
        assert made(tea, tea.member(Role.ADMIN))

    def test_only_owners_let_owners_in(self, tea: World) -> None:
        admin = tea.member(Role.ADMIN)
        pk = on(tea, lets_owners_in=True)

        with refused("forbidden"):
            made(tea, admin, lets_owners_in=True)
        with refused("forbidden"):
            actions.change(actor=admin, connection_id=pk, plan=PLAN, now=NOON)
        with refused("forbidden"):
            actions.switch(actor=admin, connection_ids=[pk], is_on=False, now=NOON)
        with refused("forbidden"):
            actions.remove(actor=admin, connection_ids=[pk], now=NOON)

    def test_it_is_the_only_way_in_while_it_is_on(self, tea: World) -> None:
        def is_closed() -> bool:
            return Workspace.objects.get(pk=tea.workspace_id).must_connect

        pk = made(tea, is_required=True)
        assert not is_closed()
        actions.switch(actor=tea.owner, connection_ids=[pk], is_on=True, now=NOON)
        assert is_closed()
        actions.remove(actor=tea.owner, connection_ids=[pk], now=NOON)
        assert not is_closed()
        assert not Connection.objects.get(pk=pk).secret
        assert queries.names_in(workspace_id=tea.workspace_id) == {pk: PLAN.name}


class TestEntering:
    def test_a_member_is_linked_by_a_proved_e_mail(self, tea: World) -> None:
        mei = tea.member()

        member = enter(on(tea, takes_new=False), email=email_of(mei).upper())

        assert member.pk == mei.id
        assert Link.objects.get().member_id == mei.id

    def test_who_is_linked_needs_no_e_mail_any_more(self, tea: World) -> None:
        pk = on(tea)
        mei = enter(pk)

        assert enter(pk, email="", is_verified=None).pk == mei.pk
        assert enter(pk, email="other@elsewhere.example", is_verified=False).pk == mei.pk

    def test_the_same_subject_of_another_provider_is_somebody_else(self, tea: World) -> None:
        pk = on(tea)
        enter(pk)

        with refused("sso.email"):
            enter(pk, issuer="https://other.example", email="")

    def test_somebody_else_with_the_same_e_mail_is_refused(self, tea: World) -> None:
        pk = on(tea)
        mei = enter(pk)

        with refused("sso.taken"):
            enter(pk, subject="mei-2")
        actions.unlink(actor=tea.owner, connection_id=pk, member_ids=[mei.pk], now=NOON)
        assert enter(pk, subject="mei-2").pk == mei.pk

    def test_who_is_new_stays_out_where_nobody_new_is_taken(self, tea: World) -> None:
        with refused("sso.not_member"):
            enter(on(tea, takes_new=False))
        assert not User.objects.filter(email=MEI.email).exists()

    def test_a_user_of_another_workspace_becomes_a_member_of_this_one(self, tea: World) -> None:
        other = world("Another Shop")
        join(
            workspace_id=other.workspace_id, email=MEI.email, name="Mei", role=Role.ADMIN,
            password="a kettle of tea", by="house:0", now=NOON,
        )  # fmt: skip

        member = enter(on(tea))

        assert (member.workspace_id, member.role) == (tea.workspace_id, "agent")
        assert User.objects.get(email=MEI.email).check_password("a kettle of tea")
        assert (
            Member.objects.get(workspace_id=other.workspace_id, user=member.user_id).role == "admin"
        )

    def test_who_was_removed_stays_out_until_somebody_invites_them(self, tea: World) -> None:
        pk = on(tea)
        mei = enter(pk)
        Member.objects.filter(pk=mei.pk).update(removed_at=NOON)

        with refused("sso.removed"):
            enter(pk)
        with refused("sso.removed"):
            enter(pk, subject="mei-2")
        join(
            workspace_id=tea.workspace_id, email=MEI.email, name="", role=Role.LIGHT, password=None,
            by="house:0", now=NOON,
        )  # fmt: skip
        assert enter(pk).pk == mei.pk

    def test_an_owner_is_neither_let_in_nor_made_nor_unmade(self, tea: World) -> None:
        li = email_of(tea.owner)
        mapped = [Mapped("support", Role.LIGHT)]

        with refused("sso.owner"):
            enter(on(tea, mapped=mapped), email=li)
        assert enter(on(tea, mapped=mapped, lets_owners_in=True), email=li).role == "owner"
        assert (
            enter(
                on(tea, mapped=mapped, otherwise=None, lets_owners_in=True), email=li, groups=[]
            ).role
            == "owner"
        )

    def test_who_becomes_an_owner_is_no_longer_let_in(self, tea: World) -> None:
        pk = on(tea)
        mei = enter(pk)
        change_role(actor=tea.owner, member_ids=[mei.pk], role=Role.OWNER, now=NOON)

        with refused("sso.owner"):
            enter(pk)

    def test_without_lines_members_keep_their_role(self, tea: World) -> None:
        admin = tea.member(Role.ADMIN)

        assert enter(on(tea), email=email_of(admin)).role == "admin"

    def test_with_lines_a_role_is_lost_with_its_group(self, tea: World) -> None:
        pk = on(tea, mapped=[Mapped("leads", Role.ADMIN)], otherwise=Role.LIGHT)

        assert enter(pk, groups=["leads"]).role == "admin"
        assert enter(pk, groups=[]).role == "light"
        told = Event.objects.filter(kind="member.role_changed")
        assert [event.data["role"] for event in told] == ["light"]

    def test_a_role_that_is_removed_lets_nobody_in(self, tea: World) -> None:
        role = define_role(actor=tea.owner, name="退换组", permissions=["note.write"], now=NOON)
        pk = on(tea, mapped=[Mapped("support", role)])
        assert enter(pk).custom_id == role
        change_role(actor=tea.owner, member_ids=[enter(pk).pk], role=Role.LIGHT, now=NOON)
        remove_roles(actor=tea.owner, role_ids=[role], now=NOON)

        with refused("sso.no_role"):
            enter(pk)

    def test_an_account_that_is_switched_off_stays_so(self, tea: World) -> None:
        pk = on(tea)
        User.objects.create(email=MEI.email, is_active=False)

        with refused("sso.not_allowed"):
            enter(pk)

    def test_what_is_off_lets_nobody_in(self, tea: World) -> None:
        with refused("sso.off"):
            enter(made(tea))

    def test_admins_can_do_what_owners_can_but_own(self) -> None:
        """``check_may_let_in`` asks for an admin's permissions: a new one must be theirs, too."""
        from tongxin.center.accounts.actions import CHOOSABLE

        assert CHOOSABLE == ADMIN
