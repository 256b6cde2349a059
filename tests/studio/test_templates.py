"""What a vendor has approved stands on its inbox's page, and is fetched there."""

import pytest
from django.test import Client

from tests.desk.conftest import log_in
from tests.make.templates import approved, by_whatsapp
from tests.make.world import World, world
from tests.plugins.standin import vendor
from tongxin.center.kit.ids import public_id
from tongxin.service.channels.models import Inbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def tea() -> World:
    return world()


@pytest.fixture
def li(tea: World, client: Client) -> Client:
    """李工 in the studio."""
    return log_in(client, tea.owner)


@pytest.fixture
def place(tea: World) -> str:
    return f"/studio/inboxes/{public_id('inb', by_whatsapp(tea))}/"


def test_they_are_listed_or_it_is_said_that_there_are_none(
    li: Client, tea: World, place: str
) -> None:
    assert 'class="empty"' in li.get(place).content.decode()
    approved(Inbox.objects.latest("pk").pk)

    page = li.get(place).content.decode()

    assert "order_sent" in page
    assert "{{name}}您好" in page
    assert (
        'id="templates"'
        not in li.get(f"/studio/inboxes/{public_id('inb', tea.inbox_id)}/").content.decode()
    )


def test_what_the_vendor_says_is_shown(li: Client, tea: World, settings: object) -> None:
    settings.TRUSTS_OWN_NETWORK = True  # type: ignore[attr-defined]
    told = {"name": "late", "language": "en", "status": "APPROVED",
            "components": [{"type": "BODY", "text": "Sorry, {{1}}"}]}  # fmt: skip
    with vendor(lambda _asked: (200, {"data": [told]})) as service:
        place = f"/studio/inboxes/{public_id('inb', by_whatsapp(tea, at=service.address))}/"
        assert "Sorry, {{1}}" in li.post(f"{place}templates/", follow=True).content.decode()
        service.answer = lambda _asked: (401, {"error": {"message": "expired", "code": 190}})
        page = li.post(f"{place}templates/", follow=True).content.decode()

    assert "expired" in page
    assert "Sorry, {{1}}" in page
