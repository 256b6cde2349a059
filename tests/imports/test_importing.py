"""People from a file: found or made, told row by row, once, and undone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction

from tests.imports.importing import (
    FAILED,
    KEPT,
    LATER,
    MADE,
    SAME,
    SKIPPED,
    UNDONE,
    UPDATED,
    checked,
    imported,
    opened,
    outcomes,
    row,
    told,
    told_to_people,
    undone,
    worked,
)
from tests.laws.state import Statements, state
from tests.make.together import together
from tests.make.world import NOON, World, world
from tongxin.center.accounts.actions import define_role, remove_members
from tongxin.center.accounts.values import Role
from tongxin.center.attributes.actions import define
from tongxin.center.attributes.values import AttributeType, Thing
from tongxin.center.imports import actions
from tongxin.center.imports.actions import working
from tongxin.center.imports.models import Import, Key, Row
from tongxin.center.imports.queries import imports, one, report
from tongxin.center.imports.values import By, Known, Outcome, Plan, Stage
from tongxin.center.kit.jobs import JobState
from tongxin.center.kit.refusals import Refused
from tongxin.center.people.actions import Claimable, change, describe, merge, note_address, tag
from tongxin.center.people.actions import verify as verify_account
from tongxin.center.people.models import (
    Consent,
    Duplicate,
    Identity,
    Membership,
    Organization,
    Person,
)
from tongxin.center.people.queries import PersonRow, allowed, people, person
from tongxin.center.people.values import Purpose, Way
from tongxin.center.timeline.models import Event

WHOLE = """姓名,手机,邮箱,公司,标签,语言,会员等级,客户编号
小梅,138 0571 2345,Mei@Example.com,杭州清和文化,来源:展会、紫砂壶,中文,金卡,C-1
Tom,+44 20 7946 0018,tom@example.com,Becker GmbH,,English,,C-2
"""


@pytest.fixture
def tier(tea: World) -> World:
    define(
        actor=tea.owner, thing=Thing.PERSON, name="会员等级", type=AttributeType.CHOICE, key="tier",
        options=("金卡", "银卡"), now=NOON,
    )  # fmt: skip
    return tea


def named(tea: World, name: str) -> PersonRow:
    [found] = [one for one in people(actor=tea.owner, limit=100) if one.name == name]
    return found


def facts(kind: str) -> int:
    return Event.objects.filter(kind=kind).count()


def known(tea: World, name: str, **addresses: str) -> int:
    """Let somebody write, and note their addresses."""
    person_id = tea.write("你好", by=name).person_id
    for kind, value in addresses.items():
        note_address(
            actor=tea.owner, person_ids=[person_id], kind=Claimable(kind), value=value, now=NOON
        )
    return person_id


class TestTakingIn:
    def test_everything_a_row_says_is_kept_as_the_single_verbs_would(self, tier: World) -> None:
        import_id = imported(tier, WHOLE)

        assert outcomes(tier, import_id) == [(2, MADE), (3, MADE)]
        mei = named(tier, "小梅")
        assert {(i.kind, i.value, i.verified_at) for i in mei.identities} == {
            ("phone", "+8613805712345", None),
            ("email", "mei@example.com", None),
            ("external", "C-1", None),
        }
        assert (mei.language, mei.attributes, mei.tags) == (
            "zh",
            {"tier": "金卡"},
            ["紫砂壶", "来源:展会"],
        )
        assert [o.name for o in mei.organizations] == ["杭州清和文化"]
        told_of = {kind: facts(kind) for kind in (
            "person.added", "identity.claimed", "person.described", "person.tagged", "person.joined",
            "organization.created", "preference.changed", "import.begun", "import.ended",
        )}  # fmt: skip
        assert told_of == {
            "person.added": 2, "identity.claimed": 6, "person.described": 1, "person.tagged": 1,
            "person.joined": 2, "organization.created": 2, "preference.changed": 2,
            "import.begun": 1, "import.ended": 1,
        }  # fmt: skip

    def test_a_check_writes_nothing_about_anybody(self, tier: World) -> None:
        import_id = opened(tier, WHOLE)
        before = {place for place in state() if not place[0].startswith(("imports.", "timeline."))}
        actions.check_plan(
            actor=tier.owner, import_id=import_id, plan=row(tier, import_id).plan, now=NOON
        )
        worked(import_id)

        after = {place for place in state() if not place[0].startswith(("imports.", "timeline."))}
        assert after == before
        assert outcomes(tier, import_id) == [(2, MADE), (3, MADE)]
        assert row(tier, import_id).tally == {MADE: 2}

    def test_who_is_here_is_filled_in(self, tier: World) -> None:
        mei = known(tier, "小梅", email="mei@example.com")
        import_id = imported(tier, WHOLE)

        assert outcomes(tier, import_id) == [(2, UPDATED), (3, MADE)]
        assert person(actor=tier.owner, person_id=mei).attributes == {"tier": "金卡"}
        assert outcomes(tier, imported(tier, WHOLE)) == [(2, SAME), (3, SAME)]

    def test_who_is_here_may_be_left_alone_or_stand_beside(self, tea: World) -> None:
        mei = known(tea, "小梅", email="mei@example.com")
        text = "姓名,邮箱\n美,mei@example.com\n"
        plan = Plan(("name", "email"), known=Known.SKIP)

        assert outcomes(tea, imported(tea, text, plan)) == [(2, SKIPPED)]
        assert person(actor=tea.owner, person_id=mei).name == "小梅"

        assert outcomes(tea, imported(tea, text, replace(plan, known=Known.ADD))) == [(2, MADE)]
        told_to_people()
        assert [d.reasons for d in Duplicate.objects.all()] == [["email"]]

    def test_gaps_only_or_all(self, tea: World) -> None:
        mei = known(tea, "小梅", email="mei@example.com")
        text = "姓名,邮箱,语言\n梅女士,mei@example.com,zh\n"
        plan = Plan(("name", "email", "language"), overwrite=False)

        imported(tea, text, plan)
        found = person(actor=tea.owner, person_id=mei)
        assert (found.name, found.language) == ("小梅", "zh")

        imported(tea, text, replace(plan, overwrite=True))
        assert person(actor=tea.owner, person_id=mei).name == "梅女士"

    def test_two_accounts_are_two_people_whatever_they_share(self, tea: World) -> None:
        import_id = imported(
            tea, "编号,姓名,手机\nA1,爸,13800000001\nA2,妈,13800000001\nA1,爸爸,13800000009\n"
        )

        assert outcomes(tea, import_id) == [(2, MADE), (3, MADE), (4, FAILED)]
        assert told(tea, import_id) == {4: [("", "row.twice")]}
        told_to_people()
        assert [d.reasons for d in Duplicate.objects.all()] == [["phone"]]

    def test_an_address_of_several_people_is_refused_and_merges_nobody(self, tea: World) -> None:
        known(tea, "小梅", phone="13800000001")
        known(tea, "Tom", phone="13800000001")
        import_id = imported(tea, "name,phone\nMei,13800000001\n")

        assert told(tea, import_id) == {2: [("", "row.ambiguous")]}
        assert Person.objects.filter(merged_into=None).count() == 2

    def test_two_rows_that_mean_one_person_are_told(self, tea: World) -> None:
        mei = known(tea, "小梅", phone="13800000001", email="mei@example.com")
        import_id = imported(tea, "name,phone,email\n梅,13800000001,\n美,,mei@example.com\n")

        assert outcomes(tea, import_id) == [(2, UPDATED), (3, FAILED)]
        assert told(tea, import_id) == {3: [("", "row.twice")]}
        assert person(actor=tea.owner, person_id=mei).name == "梅"

    def test_whoever_logs_in_with_an_imported_account_is_proposed(self, tea: World) -> None:
        imported(tea, "编号,姓名\nuser-7,小梅\n")
        verify_account(
            workspace_id=tea.workspace_id, subject="user-7", name="", visitor=None, proof="jwt",
            now=LATER,
        )  # fmt: skip
        told_to_people()

        assert [d.reasons for d in Duplicate.objects.all()] == [["external"]]

    def test_a_proved_address_counts_more_than_a_claimed_one(self, tea: World) -> None:
        known(tea, "Tom", email="shop@example.com")
        mei = known(tea, "小梅", email="shop@example.com")
        Identity.objects.filter(person_id=mei, kind="email").update(verified_at=NOON)
        import_id = imported(tea, "name,email\n梅,shop@example.com\n")

        assert outcomes(tea, import_id) == [(2, UPDATED)]
        assert person(actor=tea.owner, person_id=mei).name == "梅"

    def test_consents_come_with_a_proof_or_not_at_all(self, tea: World) -> None:
        text = "姓名,邮箱,邮件营销\n小梅,mei@example.com,是\nTom,tom@example.com,不同意\n错,err@example.com,也许\n"
        plan = Plan(("name", "email", "consent.email.marketing"))
        import_id = opened(tea, text)
        with pytest.raises(Refused, match=r"consent\.proof"):
            actions.check_plan(actor=tea.owner, import_id=import_id, plan=plan, now=NOON)

        import_id = imported(tea, text, replace(plan, proof="2026 年会员登记表"))

        assert told(tea, import_id) == {4: [("邮件营销", "consent.answer")]}
        mei, tom = named(tea, "小梅"), named(tea, "Tom")
        said = allowed(person_ids=[mei.id, tom.id], way=Way.EMAIL, purpose=Purpose.MARKETING)
        assert said == {mei.id: True, tom.id: False}
        assert set(Consent.objects.values_list("proof", flat=True)) == {"2026 年会员登记表"}
        assert facts("consent.changed") == 2

    def test_a_row_may_bring_its_own_proof(self, tea: World) -> None:
        text = "email,newsletter,consent source\na@example.com,yes,web form\nb@example.com,yes,\n"
        import_id = imported(tea, text)

        assert told(tea, import_id) == {3: [("newsletter", "consent.proof")]}
        assert [c.proof for c in Consent.objects.all()] == ["web form"]

    def test_every_error_of_a_row_is_told_with_its_line_and_column(self, tier: World) -> None:
        text = (
            "姓名,手机,邮箱,会员等级,标签,语言\n"
            f"{'长' * 121},12,nobody,钻石卡,{'签' * 41},!!\n"
            ',,,,,\n"两\n行",13800000001,ok@example.com,,,\n,,,金卡,,\n'
        )
        import_id = imported(tier, text)

        assert told(tier, import_id) == {
            2: [
                ("姓名", "person.name"), ("手机", "identity.value"), ("邮箱", "identity.value"),
                ("会员等级", "attribute.value"), ("标签", "person_tag.name"),
                ("语言", "preference.language"),
            ],
            6: [("", "row.nobody")],
        }  # fmt: skip
        assert outcomes(tier, import_id) == [(2, FAILED), (4, MADE), (6, FAILED)]

    def test_cells_of_what_went_well_are_forgotten(self, tea: World) -> None:
        import_id = imported(tea, "姓名,邮箱\n小梅,mei@example.com\n错,nobody\n")

        assert list(Row.objects.filter(place__gt=0).values_list("cells", flat=True)) == [
            [], ["错", "nobody"],
        ]  # fmt: skip
        assert not Key.objects.exists()
        assert row(tea, import_id).tally == {MADE: 1, FAILED: 1}

    def test_tags_for_everybody(self, tea: World) -> None:
        imported(tea, "姓名\n小梅\nTom\n", Plan(("name",), tags=("来源:导入",)))

        assert [named(tea, name).tags for name in ("小梅", "Tom")] == [["来源:导入"]] * 2

    def test_only_what_was_chosen_finds_anybody(self, tea: World) -> None:
        known(tea, "前台", phone="13800000001")
        plan = Plan(("name", "phone", "email"), by=(By.EMAIL,))
        import_id = imported(
            tea,
            "name,phone,email\n甲,13800000001,a@example.com\n乙,13800000001,b@example.com\n",
            plan,
        )

        assert outcomes(tea, import_id) == [(2, MADE), (3, MADE)]


class TestSteps:
    def test_ten_batches_take_as_many_statements_each_whatever_they_hold(self, tier: World) -> None:
        def statements(many: int, start: int) -> int:
            head = "姓名,手机,邮箱,公司,标签,语言,会员等级,客户编号\n"
            text = head + "".join(
                f"客{n},1380000{n:04},c{n}@example.com,公司{n % 7},新客,zh,银卡,N{n}\n"
                for n in range(start, start + many)
            )
            import_id = checked(tier, text)
            actions.begin(actor=tier.owner, import_id=import_id, now=NOON)
            counted = Statements()
            with connection.execute_wrapper(counted):
                assert actions.work(now=NOON, import_id=import_id)
            assert set(row(tier, import_id).tally) == {MADE}
            return counted.count

        statements(8, 0)
        assert statements(8, 1000) == statements(300, 2000)

    def test_what_is_not_checked_is_not_imported(self, tea: World) -> None:
        import_id = opened(tea, "姓名\n小梅\n")

        with pytest.raises(Refused, match=r"import\.unchecked"):
            actions.begin(actor=tea.owner, import_id=import_id, now=NOON)

    def test_what_is_being_gone_through_is_left_alone(self, tea: World) -> None:
        import_id = opened(tea, "姓名\n小梅\n")
        plan = row(tea, import_id).plan
        actions.check_plan(actor=tea.owner, import_id=import_id, plan=plan, now=NOON)

        with pytest.raises(Refused, match=r"import\.busy"):
            actions.check_plan(actor=tea.owner, import_id=import_id, plan=plan, now=NOON)
        assert actions.discard(actor=tea.owner, import_ids=[import_id], now=NOON) == 0

    @pytest.mark.parametrize(
        ("columns", "code"),
        [
            (("name", "name"), "import.column"),
            (("spirit", "name"), "import.column"),
            (("attribute.none", "name"), "import.column"),
            (("consent.any.spam", "name"), "import.column"),
            (("name", "", "email"), "import.column"),
            (("", "language"), "import.nobody"),
        ],
    )
    def test_a_plan_that_cannot_be_is_refused(
        self, tea: World, columns: tuple[str, ...], code: str
    ) -> None:
        import_id = opened(tea, "a,b\nc,d\n")

        with pytest.raises(Refused) as refused:
            actions.check_plan(actor=tea.owner, import_id=import_id, plan=Plan(columns), now=NOON)
        assert refused.value.code == code

    def test_who_may_no_longer_takes_nobody_in(self, tea: World) -> None:
        admin = tea.member(Role.ADMIN)
        import_id = opened(tea, "姓名\n小梅\n")
        actions.check_plan(
            actor=admin, import_id=import_id, plan=row(tea, import_id).plan, now=NOON
        )
        worked(import_id)
        actions.begin(actor=admin, import_id=import_id, now=NOON)
        from tongxin.center.accounts.actions import remove_members

        remove_members(actor=tea.owner, member_ids=[admin.id], now=NOON)
        worked(import_id)

        assert told(tea, import_id) == {2: [("", "forbidden")]}
        assert not Person.objects.exists()

    def test_an_undo_by_who_may_no_longer_leaves_it_to_others(self, tea: World) -> None:
        admin = tea.member(Role.ADMIN)
        import_id = imported(tea, "姓名\n小梅\n")
        actions.undo(actor=admin, import_id=import_id, now=LATER)
        remove_members(actor=tea.owner, member_ids=[admin.id], now=NOON)
        worked(import_id)
        assert row(tea, import_id).state is JobState.BROKEN

        undone(tea, import_id)
        assert outcomes(tea, import_id) == [(2, UNDONE)]

    def test_what_broke_can_be_undone(self, tea: World, monkeypatch: pytest.MonkeyPatch) -> None:
        text = "姓名\n" + "".join(f"客{n}\n" for n in range(actions.BATCH + 5))
        import_id = checked(tea, text)
        actions.begin(actor=tea.owner, import_id=import_id, now=NOON)
        actions.work(now=NOON, import_id=import_id)
        with monkeypatch.context() as broken:
            broken.setattr(working, "enter", None)
            actions.work(now=NOON, import_id=import_id)
        assert row(tea, import_id).state is JobState.BROKEN
        assert row(tea, import_id).can_undo(LATER)

        undone(tea, import_id)
        assert not Person.objects.exists()

    def test_cells_of_others_are_hidden_from_who_sees_addresses_masked(self, tea: World) -> None:
        import_id = checked(
            tea, "mei@example.com,x\nnobody,y\n", Plan(("email", ""), has_head=False)
        )
        masked = define_role(
            actor=tea.owner,
            name="Importer",
            permissions=["people.import", "people.write"],
            now=NOON,
        )
        importer = tea.member(masked)

        assert {tuple(r.cells) for r in report(actor=importer, import_id=import_id)} == {()}
        assert one(actor=importer, import_id=import_id).head == ["", ""]
        assert [tuple(r.cells) for r in report(actor=tea.owner, import_id=import_id)] == [
            ("mei@example.com", "x"), ("nobody", "y"),
        ]  # fmt: skip

    def test_a_cancelled_import_stops_and_can_be_undone(self, tea: World) -> None:
        text = "姓名,邮箱\n" + "".join(
            f"客{n},c{n}@example.com\n" for n in range(actions.BATCH + 5)
        )
        import_id = checked(tea, text)
        actions.begin(actor=tea.owner, import_id=import_id, now=NOON)
        actions.work(now=NOON, import_id=import_id)

        assert actions.cancel(actor=tea.owner, import_ids=[import_id], now=NOON) == 1
        assert worked(import_id) == 0
        assert Person.objects.count() == actions.BATCH
        assert row(tea, import_id).state is JobState.CANCELLED
        undone(tea, import_id)
        assert not Person.objects.exists()

    def test_twenty_tables_may_wait(self, tea: World) -> None:
        for _ in range(20):
            opened(tea, "姓名\n小梅\n")

        with pytest.raises(Refused, match=r"import\.too_many"):
            opened(tea, "姓名\n小梅\n")

    def test_idle_tables_and_old_rows_are_forgotten(self, tea: World) -> None:
        opened(tea, "姓名\n小梅\n")
        import_id = imported(tea, "姓名\nTom\n")
        actions.forget(now=NOON + timedelta(days=3))
        assert [one.id for one in imports(actor=tea.owner)] == [import_id]
        assert Row.objects.exists()

        actions.forget(now=NOON + timedelta(days=31))
        assert not Row.objects.exists()
        with pytest.raises(Refused, match=r"import\.too_old"):
            actions.undo(actor=tea.owner, import_id=import_id, now=NOON + timedelta(days=31))

    def test_another_workspace_finds_nobody_of_ours(self, tea: World) -> None:
        known(tea, "小梅", email="mei@example.com")
        other = world("Another Shop")

        assert outcomes(other, imported(other, "name,email\n梅,mei@example.com\n")) == [(2, MADE)]
        assert {p.workspace_id for p in Person.objects.filter(name="梅")} == {other.workspace_id}


class TestUndoing:
    def test_people_that_nobody_touched_are_removed_and_the_others_get_theirs_back(
        self, tier: World
    ) -> None:
        mei = known(tier, "小梅", email="mei@example.com")
        told_to_people()
        told_of = ("people.", "attributes.")
        before = {p: r for p, r in state().items() if p[0].startswith(told_of)}
        import_id = imported(tier, WHOLE)
        told_to_people()

        undone(tier, import_id)
        told_to_people()

        after = {p: r for p, r in state().items() if p[0].startswith(told_of)}
        left_over = {p[0] for p in after.keys() - before.keys()}
        assert left_over == {"people.persontag", "people.organization"}
        assert {p: after.get(p) for p in before} == before
        assert outcomes(tier, import_id) == [(2, UNDONE), (3, UNDONE)]
        assert person(actor=tier.owner, person_id=mei).tags == []
        assert not Organization.objects.filter(archived_at=None).exists()
        assert not Membership.objects.exists()
        assert (facts("person.removed"), facts("identity.withdrawn"), facts("import.undone")) == (
            1,
            2,
            1,
        )

    def test_whom_somebody_touched_stays_and_it_is_told(self, tea: World) -> None:
        import_id = imported(tea, "姓名,邮箱\n小梅,mei@example.com\nTom,tom@example.com\n")
        mei = named(tea, "小梅")
        tag(actor=tea.owner, person_ids=[mei.id], add=["老客"], now=NOON + timedelta(minutes=5))

        undone(tea, import_id)

        assert outcomes(tea, import_id) == [(2, KEPT), (3, UNDONE)]
        assert told(tea, import_id) == {2: [("", "undo.touched")]}
        assert row(tea, import_id).tally[Outcome.KEPT] == 1

    def test_what_was_changed_since_stays_and_it_is_told(self, tier: World) -> None:
        mei = known(tier, "小梅", email="mei@example.com")
        text = "姓名,邮箱,手机,会员等级,语言\n梅女士,mei@example.com,13800000001,金卡,zh\n"
        import_id = imported(tier, text)
        moment = NOON + timedelta(minutes=5)
        change(actor=tier.owner, person_ids=[mei], name="小梅（杭州）", now=moment)
        describe(actor=tier.owner, person_ids=[mei], attributes={"tier": "银卡"}, now=moment)
        Identity.objects.filter(person_id=mei, kind="phone").update(verified_at=moment)

        undone(tier, import_id)

        found = person(actor=tier.owner, person_id=mei)
        assert (found.name, found.attributes, found.language) == (
            "小梅（杭州）",
            {"tier": "银卡"},
            "",
        )
        assert {i.kind for i in found.identities} == {"webchat", "email", "phone"}
        assert sorted(told(tier, import_id)[2]) == [
            ("", "undo.changed:attribute.tier"), ("", "undo.changed:name"), ("", "undo.verified"),
        ]  # fmt: skip

    def test_a_consent_that_was_imported_is_unsaid(self, tea: World) -> None:
        plan = Plan(("email", "consent.email.marketing"), proof="登记表")
        mei = known(tea, "小梅", email="mei@example.com")
        import_id = imported(tea, "邮箱,邮件营销\nmei@example.com,是\n", plan)
        undone(tea, import_id)

        assert not Consent.objects.filter(person_id=mei).exists()
        assert (facts("consent.changed"), facts("consent.withdrawn")) == (1, 1)

    def test_who_was_merged_away_stays_so(self, tea: World) -> None:
        mei = known(tea, "小梅")
        import_id = imported(tea, "姓名,邮箱\n梅,mei@example.com\n")
        merge(
            actor=tea.owner, person_ids=[named(tea, "梅").id], into_id=mei,
            now=NOON + timedelta(minutes=5),
        )  # fmt: skip
        undone(tea, import_id)

        assert told(tea, import_id) == {2: [("", "undo.gone")]}

    def test_undoing_twice_changes_nothing(self, tea: World) -> None:
        import_id = imported(tea, "姓名\n小梅\n")
        undone(tea, import_id)

        assert actions.undo(actor=tea.owner, import_id=import_id, now=LATER) == 0
        assert worked(import_id) == 0

    def test_an_undo_that_was_cancelled_goes_on_where_it_was(self, tea: World) -> None:
        text = "姓名\n" + "".join(f"客{n}\n" for n in range(actions.BATCH + 5))
        import_id = imported(tea, text)
        actions.undo(actor=tea.owner, import_id=import_id, now=LATER)
        actions.work(now=LATER, import_id=import_id)
        actions.cancel(actor=tea.owner, import_ids=[import_id], now=LATER)
        assert Person.objects.count() == 5

        undone(tea, import_id)
        assert not Person.objects.exists()
        assert row(tea, import_id).tally[Outcome.UNDONE] == actions.BATCH + 5
        assert row(tea, import_id).stage is Stage.UNDO


@pytest.mark.django_db(transaction=True)
class TestTogether:
    def test_forty_workers_import_every_row_once(self) -> None:
        tea = world()
        text = "姓名,邮箱\n" + "".join(f"客{n},c{n}@example.com\n" for n in range(1700))
        import_id = checked(tea, text)
        actions.begin(actor=tea.owner, import_id=import_id, now=NOON)
        together([lambda: actions.work(now=NOON, import_id=import_id)] * 40)
        worked(import_id)

        assert Person.objects.count() == 1700
        assert facts("person.added") == 1700
        assert row(tea, import_id).tally == {MADE: 1700}

    def test_two_files_with_the_same_people_add_them_once(self) -> None:
        tea = world()
        text = "姓名,邮箱\n" + "".join(f"客{n},c{n}@example.com\n" for n in range(600))
        ids = [checked(tea, text) for _ in range(2)]
        for import_id in ids:
            actions.begin(actor=tea.owner, import_id=import_id, now=NOON)
        together([lambda: actions.work(now=NOON)] * 8)
        for import_id in ids:
            worked(import_id)

        assert Person.objects.count() == 600
        assert sorted(list(row(tea, import_id).tally.items()) for import_id in ids) != [
            [(MADE, 600)],
            [(MADE, 600)],
        ]

    def test_forty_at_once_open_no_more_than_may_wait(self) -> None:
        tea = world()

        def attempt() -> bool:
            try:
                opened(tea, "姓名\n小梅\n")
            except Refused:
                return False
            return True

        assert sum(together([attempt] * 40)) == 20
        assert Import.objects.count() == 20

    def test_a_batch_that_dies_was_never_there(self) -> None:
        tea = world()
        import_id = checked(tea, "姓名\n小梅\n")
        actions.begin(actor=tea.owner, import_id=import_id, now=NOON)
        with transaction.atomic():
            actions.work(now=NOON, import_id=import_id)
            transaction.set_rollback(True)

        assert not Person.objects.exists()
        assert worked(import_id) == 1
        assert Person.objects.count() == 1
