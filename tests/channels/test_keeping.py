"""Secrets that a service changes: one at a time, kept sealed, and never over what a person entered."""

import threading

import orjson
import pytest
from django.db import connection

from tests.make.world import NOON, World, world
from tongxin.service.channels.actions import create_inbox
from tongxin.service.channels.actions.keeping import asking_channel
from tongxin.service.channels.models import Inbox
from tongxin.service.channels.queries import inboxes_by_id, secrets_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tea(transactional_db: None) -> World:
    return world()


@pytest.fixture
def inbox_id(tea: World) -> int:
    settings = {
        "address": "help@tea.example",
        "smtp_host": "x",
        "refresh_token": "r",
        "password": "p",
    }
    return create_inbox(actor=tea.owner, channel="email", name="M", settings=settings, now=NOON)


def renew(inbox_id: int) -> None:
    channel = asking_channel(inboxes_by_id(inbox_ids=[inbox_id])[inbox_id])
    channel.renew("refresh_token", lambda kept: f"{kept}+")
    connection.close()


def test_many_at_once_each_change_what_the_last_one_left(inbox_id: int) -> None:
    threads = [threading.Thread(target=renew, args=[inbox_id]) for _one in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert secrets_of(inbox_id=inbox_id) == {"refresh_token": "r++++++", "password": "p"}


def test_what_a_person_enters_meanwhile_stays(inbox_id: int) -> None:
    channel = asking_channel(inboxes_by_id(inbox_ids=[inbox_id])[inbox_id])

    def change(kept: str) -> str:
        entered = orjson.dumps({"refresh_token": "entered"}).decode()
        inbox = Inbox.objects.get(pk=inbox_id)
        inbox.secrets = entered
        inbox.save(update_fields=["secrets"])
        return f"{kept}+"

    channel.renew("refresh_token", change)

    assert secrets_of(inbox_id=inbox_id) == {"refresh_token": "entered"}
    assert channel.settings["refresh_token"] == "r+"
