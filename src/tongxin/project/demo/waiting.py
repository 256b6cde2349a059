"""Where people wait in the demo: two queues, with a lunch break, and a Saturday that is worked."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import override

from tongxin.center.kit.actor import Actor
from tongxin.service.conversations.actions import move
from tongxin.service.conversations.values import Asks, Ending, Owner, Reopens
from tongxin.service.hours.actions import create as create_calendar
from tongxin.service.hours.values import Hours, Span, SpecialDay
from tongxin.service.queues.actions import create, feed, set_ending
from tongxin.service.queues.values import Fallback, QueuePlan, Strategy
from tongxin.service.team.actions import hand_over

_ZONE = "Asia/Shanghai"
_DAY = (Span("09:00", "12:00"), Span("13:30", "18:00"))
_SATURDAY = 5
_AFTER_SALES = ("mei", "chenli", "v2")


def open_queues(
    staff: Mapping[str, Actor], talks: Mapping[str, int], inbox_id: int, now: datetime
) -> None:
    """Part the shop's people: pre-sales hears whoever is new, after-sales has what is broken or lost."""
    owner = staff["li"]
    hours = create_calendar(actor=owner, name="门店时间 Shop hours", hours=_hours(now), now=now)
    after_sales = create(
        actor=owner, name="售后 After-sales", now=now,
        plan=QueuePlan(idle_minutes=120, calendar_id=hours),
        member_ids=[staff[key].id for key in ("li", "wang", "zhou")],
    )  # fmt: skip
    pre_sales = create(
        actor=owner, name="售前 Pre-sales", now=now,
        plan=QueuePlan(Strategy.IN_TURN, Fallback.QUEUE, after_sales, 10, calendar_id=hours),
        member_ids=[staff[key].id for key in ("wang", "anna")],
    )  # fmt: skip
    feed(actor=owner, inbox_ids=[inbox_id], queue_id=pre_sales, now=now)
    kept = Ending(
        Reopens.WITHIN, 30, Asks.MUST
    )  # who exchanged a pot may come back to it for a month
    set_ending(actor=owner, queue_id=after_sales, ending=kept, now=now)
    late = [pk for key, pk in talks.items() if key in _AFTER_SALES]
    new = [pk for pk in talks.values() if pk not in late]
    for queue_id, ids in ((after_sales, late), (pre_sales, new)):
        move(actor=owner, conversation_ids=ids, queue_id=queue_id, now=now, keeps_owner=True)
    if "chenli" in talks:
        _hand_over(staff, talks["chenli"], now)


def _hand_over(staff: Mapping[str, Actor], talk: int, now: datetime) -> None:
    """Let one colleague pass on what another knows better, with what is known so far."""
    with override("zh-hans"):
        hand_over(
            actor=staff["zhou"], conversation_ids=[talk], to=Owner.AGENT,
            member_id=staff["wang"].id, reason="要开换货单，我没有权限",
            summary="收到的龙井和页面描述不一样：页面是明前，到手是雨前。用户愿意换，不想退。",
            tried=["核对了订单与批次号", "请用户拍了包装和干茶的照片"], now=now,
        )  # fmt: skip


def _hours(now: datetime) -> Hours:
    """Return the shop's hours: weekdays with a lunch break; next Saturday is worked for the Monday after."""
    today = now.astimezone(ZoneInfo(_ZONE)).date()
    saturday = today + timedelta(days=(_SATURDAY - today.weekday()) % 7 or 7)
    days = (
        SpecialDay(saturday, (Span("10:00", "16:00"),), name="盘点开店 Stocktaking"),
        SpecialDay(saturday + timedelta(days=2), name="补休 Day off for it"),
        SpecialDay(today.replace(month=1, day=1), yearly=True, name="元旦 New Year"),
    )
    return Hours(_ZONE, (_DAY,) * 5 + ((), ()), tuple(sorted(days, key=lambda day: day.on)))
