"""Files: what a visitor may hand over, and how it is given out."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from tongxin.center.kit import files
from tongxin.center.kit.models import StoredFile
from tongxin.center.kit.refusals import Refused
from tongxin.center.people.actions import recognize, verify
from tongxin.service.channels import visitors
from tongxin.service.channels.values import InboxRow

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def hand_over(client: Client, token: str, content: bytes, name: str, **more: Any) -> Any:
    headers = {"Authorization": f"Bearer {token}", "X-File-Name": name}
    kind = "application/octet-stream"
    return client.post("/widget/xiaoman/files", content, content_type=kind, headers=headers, **more)


def test_a_picture_is_kept_and_served_to_be_seen(client: Client, token: str) -> None:
    answer = hand_over(client, token, PNG, "%E5%A3%B6%E7%9B%96.png")

    assert answer.status_code == 201
    kept = answer.json()["file"]
    assert (kept["name"], kept["type"], kept["width"]) == ("壶盖.png", "image/png", 1)
    served = client.get(kept["url"])
    assert served.getvalue() == PNG
    assert served["Content-Type"] == "image/png"
    assert served["Content-Disposition"].startswith("inline")
    assert served["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert served["X-Content-Type-Options"] == "nosniff"
    assert served["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert served["Cache-Control"].startswith("private")


def test_anything_else_is_served_to_be_saved_under_its_name(client: Client, token: str) -> None:
    kept = hand_over(client, token, b"<script>alert(1)</script>", "发票.txt").json()["file"]

    served = client.get(kept["url"])

    served.close()
    assert served["Content-Disposition"] == ("attachment; filename*=utf-8''%E5%8F%91%E7%A5%A8.txt")


@pytest.mark.parametrize(
    ("content", "name", "code", "status"),
    [
        (b"", "a.png", "file.empty", 422),
        (b"MZ", "a.exe", "file.type", 422),
        (b"not a picture", "a.png", "file.type", 422),
        (b"no name", "", "file.type", 422),
        (b"<svg/>", "a.svg", "file.type", 422),
    ],
)
def test_what_is_not_accepted_is_refused_with_a_code(
    client: Client, token: str, content: bytes, name: str, code: str, status: int
) -> None:
    answer = hand_over(client, token, content, name)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"
    assert not StoredFile.objects.exists()


def test_too_large_a_file_is_refused_unread(client: Client, token: str) -> None:
    answer = hand_over(client, token, b"x", "a.zip", CONTENT_LENGTH=str(files.LARGEST + 1))

    assert (answer.status_code, answer.json()["code"]) == (413, "file.too_large")


def test_a_refusal_is_in_the_language_of_the_widget(client: Client, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}", "X-File-Name": "a.exe", "Accept-Language": "zh"}

    answer = client.post(
        "/widget/xiaoman/files?language=en", b"MZ", content_type="x/y", headers=headers
    )

    assert answer.json()["detail"] == "Files of this type are not accepted."


@pytest.mark.parametrize("shown", ["", "nonsense", "1.webchat.YQ.1.0000"])
def test_without_a_good_token_nothing_is_kept(client: Client, inbox: InboxRow, shown: str) -> None:
    answer = hand_over(client, shown, PNG, "a.png")

    assert (answer.status_code, answer.json()["code"]) == (403, "visitor.token")
    assert not StoredFile.objects.exists()


def test_a_token_that_is_retired_hands_over_nothing(
    client: Client, inbox: InboxRow, token: str
) -> None:
    now = datetime.now(UTC)
    address = visitors.read(token, inbox, now=now).address
    recognize(spots={(inbox.workspace_id, address)}, proof="webchat", now=now)
    verify(
        workspace_id=inbox.workspace_id,
        subject="mei",
        name="",
        visitor=address,
        proof="jwt",
        now=now,
    )

    answer = hand_over(client, token, PNG, "a.png")

    assert (answer.status_code, answer.json()["code"]) == (403, "visitor.token")
    assert not StoredFile.objects.exists()


def test_too_many_files_at_once_are_refused(
    client: Client, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)  # a slow machine would be forgiven some

    answers = [hand_over(client, token, b"x", "a.txt").status_code for _ in range(31)]

    assert answers[:30] == [201] * 30
    assert answers[30] == 429


def test_any_page_may_ask_to_hand_over_a_file(client: Client, inbox: InboxRow) -> None:
    answer = client.options("/widget/xiaoman/files")

    assert answer.status_code == 204
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Access-Control-Allow-Methods"] == "POST"
    assert "X-File-Name" in answer["Access-Control-Allow-Headers"]


@pytest.mark.parametrize("ticket", ["1-999999.abc", "x", "%E5%A3%B6"])
def test_a_forged_address_leads_nowhere(client: Client, db: None, ticket: str) -> None:
    answer = client.get(f"/files/{ticket}/a.png")

    assert (answer.status_code, json.loads(answer.content)["code"]) == (404, "file.address")


def test_a_vendor_gets_the_file_it_was_given_the_address_of_and_no_other(
    client: Client, token: str, settings: Any
) -> None:
    settings.ADDRESS = "http://testserver"
    for name in ("壶 盖.png", "b.png"):
        hand_over(client, token, PNG, quote(name))
    mine, other = (files.row_of(row) for row in StoredFile.objects.order_by("id"))
    now = timezone.now()

    address = files.public_address(mine, now=now, kept=timedelta(days=30))

    assert client.get(address).getvalue() == PNG
    ticket = address.split("/")[4]
    forged = address.replace(f"/{mine.id}-", f"/{other.id}-")
    assert forged != address
    assert client.get(forged).json()["code"] == "file.address"
    files.by_ticket(ticket, now=now + timedelta(days=30))
    with pytest.raises(Refused, match=r"file\.address"):
        files.by_ticket(ticket, now=now + timedelta(days=31))


def test_an_address_that_has_expired_says_so(client: Client, token: str, settings: Any) -> None:
    settings.ADDRESS = "http://testserver"
    hand_over(client, token, PNG, "a.png")
    file = files.row_of(StoredFile.objects.get())
    long_ago = timezone.now() - timedelta(days=10)

    answer = client.get(files.public_address(file, now=long_ago, kept=timedelta(days=1)))

    assert (answer.status_code, answer.json()["code"]) == (404, "file.address")
    settings.ADDRESS = ""
    assert files.public_address(file, now=long_ago) == ""


def test_a_file_that_is_gone_is_a_clear_refusal(client: Client, token: str) -> None:
    kept = hand_over(client, token, PNG, "a.png").json()["file"]
    default_storage.delete(StoredFile.objects.get().key)

    answer = client.get(kept["url"])

    assert (answer.status_code, answer.json()["code"]) == (404, "file.missing")
