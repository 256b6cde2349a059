from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from tests.make.world import NOON, World, world
from tests.plugins.slackapi import ROOM, SECRET, Slack
from tests.plugins.standin import vendor
from tongxin.service.outposts.actions import create
from tongxin.service.outposts.models import Outpost


@dataclass
class Post:
    """A shop whose colleagues read in Slack."""

    tea: World
    slack: Slack
    address: str
    id: int = 0

    def connect(self, at: datetime = NOON, **more: Any) -> int:
        settings = {
            "bot_token": "xoxb-1",
            "signing_secret": SECRET,
            "room": ROOM,
            "api_base": self.address,
        }
        wants = more.pop("wants", ["waiting", "mention"])
        self.id = create(
            actor=self.tea.owner,
            plugin="slack",
            name="售后群",
            settings=settings,
            wants=wants,
            now=at,
            **more,
        )
        return self.id

    @property
    def row(self) -> Outpost:
        return Outpost.objects.get(pk=self.id)


@pytest.fixture
def post(transactional_db: None, settings: Any) -> Iterator[Post]:
    settings.TRUSTS_OWN_NETWORK = True
    settings.ADDRESS = "https://desk.example"
    slack = Slack()
    with vendor(slack) as runs:
        made = Post(world(), slack, runs.address)
        made.connect()
        yield made
