"""Where nothing goes out of an inbox, whoever answers there sees it, and what else they can do."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.make.templates import by_whatsapp, writes_there
from tests.make.world import World
from tongxin.center.kit.ids import public_id
from tongxin.service.channels.models import Gate

pytestmark = pytest.mark.django_db
KEY, AWAY = "渠道拒绝了我们的账户", "暂时无法连接该渠道"
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("reason", "minutes", "told"),
    [
        ("auth", 5, KEY),
        ("auth", -1, KEY),  # until it is tried again, it does not go out either
        ("transient", 5, AWAY),
        ("transient", -1, ""),
        ("rate", 5, ""),
        ("", -1, ""),
    ],
)
def test_it_is_told_beside_the_composer(
    tea: World, li: Client, reason: str, minutes: int, told: str
) -> None:
    inbox_id, now = by_whatsapp(tea), timezone.now()
    talk = public_id("conv", writes_there(tea, inbox_id, at=now).conversation_id)
    until = now + minutes * MINUTE
    Gate.objects.update_or_create(
        inbox_id=inbox_id, defaults={"hold_reason": reason, "held_until": until}
    )

    html = li.get(f"/desk/c/{talk}/ways/").content.decode()

    assert [words for words in (KEY, AWAY) if words in html] == [told][: len(told)]


def test_no_other_inbox_is_meant(tea: World, li: Client) -> None:
    now = timezone.now()
    talk = public_id("conv", writes_there(tea, by_whatsapp(tea), at=now).conversation_id)
    Gate.objects.update_or_create(inbox_id=by_whatsapp(tea), defaults={"hold_reason": "auth"})

    assert KEY not in li.get(f"/desk/c/{talk}/ways/").content.decode()
