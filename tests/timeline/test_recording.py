"""Facts of one change are written down together, in the order they were told."""

import pytest

from tests.make.world import NOON, World, world
from tongxin.center.timeline.actions import record, recorded_together
from tongxin.center.timeline.events import RetentionChanged
from tongxin.center.timeline.models import Event
from tongxin.center.timeline.values import about

pytestmark = pytest.mark.django_db


@pytest.fixture
def tea() -> World:
    return world()


def keep(tea: World, days: int) -> None:
    where = about(tea.workspace_id, "house:0", "workspace", tea.workspace_id, NOON)
    record([RetentionChanged(**where, days=days)])


def kept() -> list[int]:
    told = Event.objects.filter(kind="audit.retention_changed").order_by("pk")
    return [event.data["days"] for event in told]


def test_they_stand_in_the_order_they_were_told(tea: World) -> None:
    with recorded_together():
        keep(tea, 30)
        with recorded_together():
            keep(tea, 40)
            assert kept() == []
        keep(tea, 50)
        assert kept() == []

    keep(tea, 60)
    assert kept() == [30, 40, 50, 60]


def fail(tea: World) -> None:
    with recorded_together():
        keep(tea, 30)
        raise ZeroDivisionError


def test_of_what_failed_nothing_is_told(tea: World) -> None:
    with pytest.raises(ZeroDivisionError):
        fail(tea)

    keep(tea, 40)
    assert kept() == [40]
