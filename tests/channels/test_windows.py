"""How many messages one may still write, until when."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.channels.leaving import Box
from tests.make.world import NOON
from tongxin.center.kit.plugins import manifests
from tongxin.sdk import Failure, Receipt
from tongxin.service.channels.actions import Opens, note_openings
from tongxin.service.channels.rules import capabilities_of, window_of
from tongxin.service.channels.values import Opened, WindowRule

WECHAT = (
    WindowRule("message", messages=5, hours=48),
    WindowRule("menu", messages=3, minutes=1),
    WindowRule("payment", hours=48),
)
_OPENED = st.lists(
    st.builds(
        Opened,
        st.sampled_from(["message", "menu", "payment", "unknown"]),
        st.integers(-200_000, 0).map(lambda s: NOON + timedelta(seconds=s)),
        st.integers(0, 8),
    ),
    max_size=6,
)


def test_where_a_channel_has_no_rules_one_may_always_write() -> None:
    assert window_of((), [], NOON).is_open


def test_who_has_never_written_cannot_be_written_to() -> None:
    window = window_of(WECHAT, [], NOON)

    assert (window.is_open, window.left, window.limit, window.after) == (False, 0, 5, "message")


@pytest.mark.parametrize(
    ("used", "hours", "is_open", "left"),
    [(0, 0, True, 5), (4, 47, True, 1), (5, 1, False, 0), (0, 48, False, 5)],
)
def test_five_messages_in_two_days(used: int, hours: int, is_open: bool, left: int) -> None:
    opened = Opened("message", NOON - timedelta(hours=hours), used)

    window = window_of(WECHAT, [opened], NOON)

    assert (window.is_open, window.left) == (is_open, left)
    assert window.open_until == opened.at + timedelta(hours=48)


def test_who_paid_is_written_to_however_often() -> None:
    opened = [Opened("message", NOON, 5), Opened("payment", NOON - timedelta(hours=1), 90)]

    window = window_of(WECHAT, opened, NOON)

    assert (window.is_open, window.left, window.after) == (True, None, "payment")


@given(_OPENED)
def test_a_window_is_open_exactly_where_one_of_them_is(opened: list[Opened]) -> None:
    by_name = {rule.after: rule for rule in WECHAT}
    known = [(by_name[o.after], o) for o in opened if o.after in by_name]

    window = window_of(WECHAT, opened, NOON)

    assert window.is_open == any(
        o.at + rule.lasts > NOON and (rule.messages == 0 or o.used < rule.messages)
        for rule, o in known
    )
    assert window.left is None or 0 <= window.left <= window.limit


@given(_OPENED, st.integers(0, 7))
def test_writing_once_more_never_opens_anything(opened: list[Opened], which: int) -> None:
    before = window_of(WECHAT, opened, NOON)
    used = [Opened(o.after, o.at, o.used + (n == which)) for n, o in enumerate(opened)]

    assert before.is_open or not window_of(WECHAT, used, NOON).is_open


def test_what_a_manifest_says_is_read_strictly_and_what_comes_later_is_left_out() -> None:
    can = capabilities_of(
        {"rate": {"count": 30}, "window": [{"after": "message", "hours": 48}], "flies": True}, "kf"
    )

    assert can.rate is not None
    assert (can.rate.count, can.window[0].lasts, can.reaches) == (30, timedelta(hours=48), ("kf",))
    for wrong in ({"rate": {"count": 0}}, {"rate": 3}, {"longest_text": "long"}, {"window": ["x"]}):
        with pytest.raises(ValueError):  # noqa: PT011 - whichever part is wrong
            capabilities_of(wrong, "kf")


@pytest.mark.parametrize(
    "box", ["[[can.window]]\nafter = 'message'\nmessages = 5\nhours = 48"], indirect=True
)
def test_a_window_that_the_service_says_is_closed_is_closed(box: Box) -> None:
    """The composer went on to count what was left of a window that the vendor had closed."""
    note_openings(
        openings=[Opens(box.id, "faulty", f"u{n}", "message", box.service.now) for n in (1, 2)]
    )
    box.service.says[1] = Receipt(1, error=Failure.WINDOW_CLOSED)
    box.put((1, "您好"), (2, "您好"))

    box.go()
    closed, used = box.windows(1, 2)
    note_openings(openings=[Opens(box.id, "faulty", "u1", "message", box.service.now)])

    assert (closed.is_open, closed.left) == (False, 0)
    assert (used.is_open, used.left) == (True, 4)
    assert box.windows(1)[0].left == 5


@pytest.mark.parametrize(("settings", "hours"), [({}, 24), ({"human_agent": True}, 168)])
def test_a_window_may_last_longer_where_the_inbox_says_so(
    settings: dict[str, bool], hours: int
) -> None:
    can = manifests()["messenger"].can

    rules = capabilities_of(can, "messenger").rules(settings)

    window = window_of(rules, [Opened("message", NOON)], NOON)
    assert window.open_until == NOON + timedelta(hours=hours)
