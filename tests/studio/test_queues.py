"""Queues and business hours, as a manager sets them up."""

from datetime import date

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.desk.conftest import log_in
from tests.make.world import NOON, World, world
from tongxin.center.accounts.values import Role
from tongxin.center.kit.ids import public_id
from tongxin.faces.studio.hours_text import read_days, read_spans, written_days, written_spans
from tongxin.service.conversations.queries import endings
from tongxin.service.conversations.values import Asks, Ending, Reopens
from tongxin.service.hours.queries import calendars
from tongxin.service.hours.values import Span, SpecialDay
from tongxin.service.queues.actions import create
from tongxin.service.queues.queries import queues
from tongxin.service.queues.values import EVERYONES, Fallback

pytestmark = pytest.mark.django_db
WEEK = {f"day{n}": "9-12, 13:30–18:00" for n in range(5)} | {"day5": "", "day6": "休"}


@pytest.fixture
def tea() -> World:
    return world()


@pytest.fixture
def studio(tea: World, client: Client) -> Client:
    return log_in(client, tea.owner)


def test_a_queue_is_made_with_its_members_and_inboxes(tea: World, studio: Client) -> None:
    tom = tea.member(name="Tom")
    given = {
        "name": "售后", "strategy": "in_turn", "fallback": "anyone", "fallback_minutes": "5",
        "idle_minutes": "30", "members": public_id("mem", tom.id),
        "inboxes": public_id("inb", tea.inbox_id), "returns_absent": "on",
    }  # fmt: skip

    assert "所有人" in studio.get("/studio/queues/").content.decode()
    assert studio.post("/studio/queues/new/", given).status_code == 302

    made = queues(actor=tea.owner)[1]
    assert (made.name, made.member_ids, made.inbox_ids) == ("售后", [tom.id], [tea.inbox_id])
    assert (made.plan.fallback, made.plan.fallback_minutes) == (Fallback.ANYONE, 5)
    assert (made.plan.idle_minutes, made.plan.returns_absent) == (30, True)
    page = studio.get("/studio/queues/").content.decode()
    assert "售后" in page
    assert "Tom" in page


def test_a_queue_is_changed_and_closed(tea: World, studio: Client) -> None:
    queue_id = create(actor=tea.owner, name="售后", member_ids=[tea.owner.id], now=NOON)
    here = f"/studio/queues/{public_id('que', queue_id)}/"

    assert "售后" in studio.get(here).content.decode()
    assert studio.post(here, {"name": "售前", "members": []}).status_code == 302
    assert queues(actor=tea.owner)[1].name == "售前"
    assert not queues(actor=tea.owner)[1].member_ids
    studio.post(f"{here}close/")
    assert len(queues(actor=tea.owner)) == 1


def test_what_goes_at_the_end_is_chosen_for_a_queue(tea: World, studio: Client) -> None:
    queue_id = create(actor=tea.owner, name="维修", now=NOON)
    here = f"/studio/queues/{public_id('que', queue_id)}/"

    def chosen(**given: str) -> Ending:
        assert studio.post(here, {"name": "维修", **given}).status_code == 302
        return endings(actor=tea.owner)[0].ending

    wanted = chosen(reopen="within", days="30", asks="must", is_strict="on")
    assert wanted == Ending(Reopens.WITHIN, 30, Asks.MUST, is_strict=True)
    page = studio.get(here).content.decode()
    assert '<option value="within" selected>' in page
    assert '<option value="must" selected>' in page
    assert 'value="30"' in page
    assert chosen(reopen="never", asks="no") == Ending(Reopens.WITHIN, 0, Asks.NO)
    assert '<option value="never" selected>' in studio.get(here).content.decode()
    assert chosen(reopen="always") == Ending(Reopens.ALWAYS)
    assert chosen(reopen="within", days="").days == 7
    assert chosen(reopen="?", days="x", asks="?") == Ending()


def test_everyones_queue_has_a_page_too(tea: World, studio: Client) -> None:
    here = f"/studio/queues/{public_id('que', EVERYONES)}/"

    assert studio.post(here, {"idle_minutes": "15"}).status_code == 302
    assert queues(actor=tea.owner)[0].plan.idle_minutes == 15
    assert studio.get(here).status_code == 200


@pytest.mark.parametrize(
    "given",
    [
        {"name": ""},
        {"name": "长" * 61},
        {"name": "售后", "fallback": "queue"},
        {"name": "售后", "fallback": "queue", "fallback_id": public_id("que", 999_999)},
        {"name": "售后", "calendar": public_id("cal", 999_999)},
    ],
)
def test_what_cannot_be_is_said_beside_the_form(
    tea: World, studio: Client, given: dict[str, str]
) -> None:
    assert studio.post("/studio/queues/new/", given).status_code in {404, 422}
    assert len(queues(actor=tea.owner)) == 1


def test_a_form_that_nobody_made_breaks_nothing(tea: World, studio: Client) -> None:
    for wrong in ({"members": "1"}, {"fallback_id": "x", "fallback": "queue"}, {"calendar": "'"}):
        assert studio.post("/studio/queues/new/", {"name": "x", **wrong}).status_code == 404
    noise = {"name": "x", "strategy": "?", "fallback": "?", "idle_minutes": "-9e99"}
    assert studio.post("/studio/queues/new/", noise).status_code == 302


def test_who_may_not_set_up_queues_is_told_so(tea: World, client: Client) -> None:
    agent = log_in(client, tea.member(Role.AGENT))

    assert agent.get("/studio/queues/").status_code == 403
    assert agent.get("/studio/hours/").status_code == 403
    assert agent.post("/studio/hours/new/", {"name": "白班"}).status_code == 403


def test_business_hours_are_written_as_people_write_them(tea: World, studio: Client) -> None:
    days = "2026-10-01..2026-10-07 休 国庆\n2026-10-10 9:00-18:00 调休上班\n2026-01-01 每年 休"
    given = {"name": "白班", "time_zone": "Asia/Shanghai", "days": days, **WEEK}

    assert studio.post("/studio/hours/new/", given).status_code == 302

    [made] = calendars(actor=tea.owner, now=NOON)
    assert made.hours.week[0] == (Span("09:00", "12:00"), Span("13:30", "18:00"))
    assert made.hours.week[6] == ()
    assert len(made.hours.days) == 9
    assert "周一 – 周五" in studio.get("/studio/hours/").content.decode()
    shown = studio.get(f"/studio/hours/{public_id('cal', made.id)}/").content.decode()
    assert "2026-10-01..2026-10-07 休 国庆" in shown
    assert "2026-01-01 每年 休" in shown
    studio.post(f"/studio/hours/{public_id('cal', made.id)}/remove/")
    assert not calendars(actor=tea.owner, now=NOON)


@pytest.mark.parametrize(
    "wrong",
    [
        {"day0": "morning"}, {"day0": "25:00-26:00"}, {"day0": "9-12, 11-13"}, {"day0": "12-9"},
        {"days": "tomorrow closed"}, {"days": "2026-13-01 closed"}, {"days": "2026-10-07..2026-10-01"},
        {"days": "0001-01-01..9999-12-31 closed"}, {"days": "2026-10-01\n2026-10-01"},
        {"time_zone": "Mars/Olympus"}, {"time_zone": "../../etc/passwd"}, {"name": ""},
        {"day0": ", ".join(["1-2"] * 9)},
    ],
)  # fmt: skip
def test_hours_that_make_no_sense_are_said_beside_the_form(
    tea: World, studio: Client, wrong: dict[str, str]
) -> None:
    given = {"name": "白班", "time_zone": "Asia/Shanghai", "days": "", **WEEK, **wrong}

    assert studio.post("/studio/hours/new/", given).status_code == 422
    assert not calendars(actor=tea.owner, now=NOON)


def test_a_calendar_file_closes_its_days() -> None:
    told = """BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART;VALUE=DATE:20261001
DTEND;VALUE=DATE:20261004
SUMMARY:国庆节 休
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20260101
RRULE:FREQ=YEARLY
SUMMARY:元旦
END:VEVENT
BEGIN:VEVENT
DTSTART:nonsense
END:VEVENT
END:VCALENDAR""".replace("\n", "\r\n")

    found = read_days(told)

    assert [day.on.day for day in found] == [1, 2, 3, 1]
    assert found[-1] == SpecialDay(date(2026, 1, 1), yearly=True, name="元旦")


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (read_spans, read_days):
        try:
            read(text)
        except ValueError:
            continue


CLOCKS = st.lists(st.integers(0, 1440), max_size=6, unique=True).map(sorted)
SPANS = CLOCKS.map(
    lambda minutes: tuple(
        Span(f"{a // 60:02}:{a % 60:02}", f"{b // 60:02}:{b % 60:02}")
        for a, b in zip(minutes[::2], minutes[1::2], strict=False)
    )
)
DAYS = st.lists(
    st.builds(
        SpecialDay,
        on=st.dates(date(2026, 1, 1), date(2026, 2, 20)),
        spans=SPANS,
        yearly=st.booleans(),
        name=st.sampled_from(["", "国庆", "National Day"]),
    ),
    max_size=12,
    unique_by=lambda day: (day.on, day.yearly),
)


@given(SPANS, DAYS)
def test_what_is_written_is_read_again(spans: tuple[Span, ...], days: list[SpecialDay]) -> None:
    assert read_spans(written_spans(spans)) == spans
    for words in (("closed", "yearly"), ("休", "每年")):
        read = read_days(written_days(days, *words))
        assert sorted(read, key=repr) == sorted(days, key=repr)
