"""Files that a service fetches from us: by an address of ours, or not at all."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from tests.make.world import NOON, World
from tests.plugins.faulty import Faulty, installed
from tests.plugins.making import PNG
from tongxin.center.kit import files
from tongxin.sdk import Departure, Receipt, address_of_file
from tongxin.service.channels.actions import Outgoing, create_inbox, enqueue, send_from
from tongxin.service.channels.queries import capabilities


@pytest.mark.parametrize("channel", ["line", "sms_twilio"])
def test_the_composer_offers_no_files_where_nobody_can_fetch_them(
    settings: Any, channel: str
) -> None:
    settings.ADDRESS = ""
    assert not capabilities(channel).attachments

    settings.ADDRESS = "https://desk.example"
    assert capabilities(channel).attachments


@pytest.mark.django_db(transaction=True)
def test_a_file_that_goes_out_has_an_address_from_the_moment_it_goes(
    tea: World, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ADDRESS = "http://testserver"
    row = files.store(
        workspace_id=tea.workspace_id, uploader="member:1", name="壶.png", content=ContentFile(PNG), now=NOON,
    )  # fmt: skip
    addresses: list[str] = []

    def say(_channel: Faulty, departures: list[Departure]) -> list[Receipt]:
        lasts = files._KEPT
        addresses.extend(address_of_file(d.files[0], lasts) for d in departures)
        return [Receipt(d.message_id, "x") for d in departures]

    monkeypatch.setattr(Faulty, "say", say)
    with installed(tmp_path, ""):
        inbox = create_inbox(actor=tea.owner, channel="faulty", name="不可靠", now=NOON)
        payload = {"recipient": ["faulty", "u", ""], "text": "", "file_ids": [row.id]}
        enqueue(outgoing=[Outgoing(tea.workspace_id, inbox, 1, 1, payload)], now=NOON)
        send_from(inbox_id=inbox, clock=lambda: Faulty.service.now)

    [address] = addresses
    assert address == files.public_address(row, now=Faulty.service.now)
