"""Mails that go out by a provider's interface: anymail asks a stand-in of each of them."""

import base64
import json
from collections.abc import Iterator
from email.utils import getaddresses
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.test import Client

from tests.channel_email import posts
from tests.channel_email.channel import MEI, NOON, OURS, departure, email
from tests.make.relaying import relayed
from tests.make.world import world
from tests.plugins.standin import Asked, Reply, Vendor, vendor
from tongxin.plugins.channel_email.plugin import Email
from tongxin.sdk import Address, Departure, Enclosure, Failure, Receipt, Refused
from tongxin.service.channels.actions import create_inbox, send_from
from tongxin.service.channels.queries import inboxes_by_id
from tongxin.service.conversations.actions import hear_calls, reply
from tongxin.service.conversations.models import Conversation, Message

TOM = Address("email", "tom@example.com")
FILE = Enclosure("壶.png", "image/png", 4, lambda: b"\x89PNG")
TAKEN: dict[str, Reply] = {
    "mailgun": (200, {"id": "<theirs@mailgun.example>", "message": "Queued. Thank you."}),
    "postmark": (
        200, {"To": "mei@example.com", "MessageID": "uuid", "ErrorCode": 0, "Message": "OK", "SubmittedAt": "x"},
    ),
    "brevo": (201, {"messageId": "<theirs@brevo.example>"}),
    "resend": (200, {"id": "theirs"}),
    "mandrill": (200, [{"email": "mei@example.com", "status": "queued", "_id": "theirs"}]),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _trusting(settings: Any) -> None:
    settings.TRUSTS_OWN_NETWORK = True


@pytest.fixture
def service() -> Iterator[Vendor]:
    with vendor() as runs:
        yield runs


def sending(service: Vendor, provider: str, answer: Reply | None = None) -> Email:
    service.answer = lambda _asked: answer or TAKEN[provider]
    return email(
        goes_out="provider",
        provider=provider,
        api_key="k3y",
        api_base=service.address,
        comes_in="door",
    )


def said(service: Vendor, provider: str, one: Departure) -> tuple[Asked, Receipt]:
    [receipt] = sending(service, provider).say([one])
    return service.asked[-1], receipt


def test_mailgun_takes_a_mail_with_its_thread_and_says_back_whose_it_is(service: Vendor) -> None:
    asked, receipt = said(service, "mailgun", departure(copied=(TOM,), files=(FILE,)))
    parts = {
        name: content.decode("utf-8", "replace") for name, (_n, content) in asked.parts().items()
    }

    assert receipt == Receipt(1, "12-k7f3q9wx.message.1@tea.example")
    assert asked.path == "/tea.example/messages"
    assert asked.headers["authorization"] == f"Basic {base64.b64encode(b'api:k3y').decode()}"
    assert (parts["to"], parts["cc"], parts["subject"], parts["text"].strip()) == (
        "小梅 <mei@example.com>", "tom@example.com", "Re: 茶壶裂了 [#12-k7f3q9wx]", "您好，我们给您换一把。",
    )  # fmt: skip
    assert parts["from"] == "周杰 · 小满茶具 <help@tea.example>"
    assert "h:X-Pm-Keepid" not in parts  # asked of Postmark only
    assert parts["h:Message-Id"] == "<12-k7f3q9wx.message.1@tea.example>"
    assert parts["h:In-Reply-To"] == parts["h:References"] == "<a1@example.com>"
    assert parts["h:Reply-To"] == "help+12-k7f3q9wx@tea.example"
    assert (parts["v:tongxin_id"], parts["v:tongxin_to"]) == (receipt.external_id, MEI.value)
    assert asked.parts()["attachment"] == ("壶.png", b"\x89PNG")


def test_postmark_takes_a_mail_and_keeps_the_name_we_gave_it(service: Vendor) -> None:
    asked, receipt = said(service, "postmark", departure(files=(FILE,), is_automatic=True))
    mail = asked.json()
    headers = {one["Name"]: one["Value"] for one in mail["Headers"]}

    assert receipt.error == ""
    assert (asked.path, asked.headers["x-postmark-server-token"]) == ("/email", "k3y")
    assert headers["X-PM-KeepID"] == "true"
    assert headers["Message-ID"] == f"<{receipt.external_id}>"
    assert headers["Auto-Submitted"] == "auto-replied"
    assert mail["Metadata"] == {"tongxin_id": receipt.external_id, "tongxin_to": MEI.value}
    assert mail["TextBody"].strip() == "您好，我们给您换一把。"
    assert [(f["Name"], base64.b64decode(f["Content"])) for f in mail["Attachments"]] == [
        ("壶.png", b"\x89PNG")
    ]


def test_several_copies_and_names_with_commas_stay_apart(service: Vendor) -> None:
    copied = (
        TOM,
        Address("email", "li@example.com", "Li, 工"),
        Address("email", "b@example.com", 'B "x"'),
    )
    asked, receipt = said(service, "postmark", departure(copied=copied, html="<p>您好</p>"))
    mail = asked.json()

    assert receipt.error == ""
    found = getaddresses([mail["Cc"]])
    assert [address for _name, address in found] == [one.value for one in copied]
    assert "<p>您好</p>" in mail["HtmlBody"]


def test_brevo_takes_a_mail(service: Vendor) -> None:
    asked, receipt = said(service, "brevo", departure())
    mail = asked.json()

    assert receipt.error == ""
    assert (asked.path, asked.headers["api-key"]) == ("/smtp/email", "k3y")
    assert mail["to"][0]["email"] == MEI.value
    assert json.loads(mail["headers"]["X-Mailin-custom"])["tongxin_id"] == receipt.external_id


def test_resend_takes_a_mail(service: Vendor) -> None:
    asked, receipt = said(service, "resend", departure(files=(FILE,)))
    mail = asked.json()

    assert receipt.error == ""
    assert (asked.path, asked.headers["authorization"]) == ("/emails", "Bearer k3y")
    assert mail["to"] == ["小梅 <mei@example.com>"]
    assert json.loads(mail["headers"]["X-Metadata"])["tongxin_id"] == receipt.external_id


def test_mandrill_takes_a_mail_and_its_key_in_it(service: Vendor) -> None:
    asked, receipt = said(service, "mandrill", departure(files=(FILE,), html="<p>您好</p>"))
    mail = asked.json()["message"]

    assert receipt.error == ""
    assert (asked.path, asked.json()["key"]) == ("/messages/send.json", "k3y")
    assert mail["to"] == [{"email": MEI.value, "name": "小梅", "type": "to"}]
    assert mail["metadata"] == {"tongxin_id": receipt.external_id, "tongxin_to": MEI.value}
    assert mail["headers"]["In-Reply-To"] == "<a1@example.com>"
    assert base64.b64decode(mail["attachments"][0]["content"]) == b"\x89PNG"


def test_a_key_that_may_only_send_is_good(service: Vendor) -> None:
    answer = (
        401,
        {"name": "restricted_api_key", "message": "This API key is restricted to only send emails"},
    )

    assert sending(service, "resend", answer).try_out() == OURS


@pytest.mark.parametrize(
    ("provider", "answer", "failure"),
    [
        ("mailgun", (401, b"Forbidden"), Failure.AUTH),
        ("mailgun", (404, {"message": "Domain not found: tea.example"}), Failure.AUTH),
        ("mailgun", (400, {"message": "'to' parameter is not a valid address"}), Failure.INVALID_RECIPIENT),
        ("mailgun", (400, {"message": "Need at least one of 'text' or 'html'"}), Failure.CONTENT),
        ("mailgun", (402, {"message": "limit"}), Failure.QUOTA),
        ("mailgun", (413, b""), Failure.MEDIA),
        ("mailgun", (429, {"message": "slow down"}, {"retry-after": "7"}), Failure.RATE),
        ("mailgun", (503, b"<html>"), Failure.TRANSIENT),
        ("mailgun", (200, b"<html>who"), Failure.TRANSIENT),
        ("postmark", (401, {"ErrorCode": 10, "Message": "Bad token"}), Failure.AUTH),
        ("postmark", (422, {"ErrorCode": 405, "Message": "Not allowed to send: no credits"}), Failure.QUOTA),
        ("postmark", (422, {"ErrorCode": 400, "Message": "Sender signature not found"}), Failure.AUTH),
        (
            "postmark",
            (422, {"ErrorCode": 300, "Message": "Invalid 'To' address: 'mei@example.com'."}),
            Failure.INVALID_RECIPIENT,
        ),
        (
            "postmark",
            (422, {"ErrorCode": 406, "Message": "Found inactive addresses: mei@example.com. Inactive recipients are"}),
            Failure.BLOCKED,
        ),
        ("postmark", (422, {"ErrorCode": 300, "Message": "Invalid metadata content."}), Failure.CONTENT),
        ("postmark", (500, {"ErrorCode": 0, "Message": "x"}), Failure.TRANSIENT),
        ("resend", (403, {"name": "invalid_api_key", "message": "API key is invalid"}), Failure.AUTH),
        ("resend", (429, {"name": "daily_quota_exceeded", "message": "x"}), Failure.QUOTA),
        ("resend", (422, {"name": "validation_error", "message": "Invalid `to` field."}), Failure.INVALID_RECIPIENT),
        ("mandrill", (500, {"code": -1, "name": "Invalid_Key", "message": "x"}), Failure.AUTH),
        ("mandrill", (500, {"code": -2, "name": "ValidationError", "message": "x"}), Failure.CONTENT),
        ("mandrill", (500, {"code": -99, "name": "GeneralError", "message": "x"}), Failure.TRANSIENT),
        ("mandrill", (200, [{"email": "mei@example.com", "status": "rejected", "_id": "x"}]), Failure.BLOCKED),
        ("mandrill", (200, [{"email": "mei@example.com", "status": "invalid", "_id": "x"}]), Failure.INVALID_RECIPIENT),
        ("brevo", (401, {"code": "unauthorized", "message": "Key not found"}), Failure.AUTH),
        ("brevo", (400, {"code": "not_enough_credits", "message": "x"}), Failure.QUOTA),
        ("brevo", (400, {"code": "x", "message": "email is not valid in to"}), Failure.INVALID_RECIPIENT),
    ],
)  # fmt: skip
def test_a_refusal_is_told_in_our_words(
    service: Vendor, provider: str, answer: Reply, failure: Failure
) -> None:
    [receipt] = sending(service, provider, answer).say([departure()])

    assert receipt.error == failure
    assert receipt.detail
    assert "k3y" not in receipt.detail
    assert receipt.retry_after == (7 if failure is Failure.RATE else 0)


def test_an_address_that_only_copies_pass_by_fails_the_message(service: Vendor) -> None:
    words = "OK, but will not deliver to these inactive addresses: mei@example.com. Inactive recipients are"
    answer = (200, {"To": "mei@example.com", "MessageID": "u", "ErrorCode": 0, "Message": words})

    [receipt] = sending(service, "postmark", answer).say([departure(copied=(TOM,))])

    assert receipt.error == Failure.BLOCKED


def test_nobody_there_is_tried_again_and_the_others_go(service: Vendor) -> None:
    channel = sending(service, "mailgun")
    service.answer = lambda asked: (500, b"") if b"second" in asked.body else TAKEN["mailgun"]

    receipts = channel.say([departure(1), departure(2, text="second"), departure(3)])

    assert [one.error for one in receipts] == ["", Failure.TRANSIENT, ""]


@pytest.mark.parametrize(
    ("provider", "path"),
    [
        ("mailgun", "/domains/tea.example"),
        ("postmark", "/server"),
        ("brevo", "/account"),
        ("resend", "/domains"),
        ("mandrill", "/users/ping.json"),
    ],
)
def test_the_settings_can_be_tried(service: Vendor, provider: str, path: str) -> None:
    channel = sending(service, provider, (200, {}))
    found = channel.try_out()
    service.answer = lambda _asked: (401, {"message": "no"})

    with pytest.raises(Refused, match=r"inbox\.not_accepted"):
        channel.try_out()
    assert (found, service.paths()) == (OURS, [path, path])


@pytest.mark.parametrize(
    "missing", [{"provider": "sendgrid"}, {"api_key": ""}, {"provider": "none"}]
)
def test_whoever_tries_it_reads_that_something_is_missing(missing: dict[str, str]) -> None:
    channel = email(**{"goes_out": "provider", "provider": "mailgun", "api_key": "k"} | missing)

    with pytest.raises(Refused, match=r"inbox\.not_accepted"):
        channel.try_out()
    assert [one.error for one in channel.say([departure()])] == [Failure.AUTH]


def test_nothing_is_asked_within_our_own_network(service: Vendor, settings: Any) -> None:
    settings.TRUSTS_OWN_NETWORK = False

    [receipt] = sending(service, "mailgun").say([departure()])

    assert (receipt.error, service.asked) == (Failure.TRANSIENT, [])


@pytest.mark.django_db(transaction=True)
def test_a_mail_is_answered_by_the_provider_that_later_says_it_came_back(
    service: Vendor, client: Client
) -> None:
    tea, later = world(), NOON.replace(year=2030)
    service.answer = lambda _asked: TAKEN["mailgun"]
    given = {
        "address": OURS, "comes_in": "provider", "goes_out": "provider", "provider": "mailgun", "plus": True,
        "hook_secret": posts.KEY, "api_key": "k3y", "api_base": service.address,
    }  # fmt: skip
    made = create_inbox(actor=tea.owner, channel="email", name="邮箱", settings=given, now=NOON)
    hook = f"/hooks/{inboxes_by_id(inbox_ids=[made])[made].key}/"
    fresh = int(later.timestamp())
    mail = posts.mailgun_mail(at=fresh)
    client.post(hook, mail.body, content_type=mail.headers["content-type"])
    hear_calls(now=later)
    talk = Conversation.objects.get()

    [message_id] = reply(actor=tea.owner, conversation_ids=[talk.pk], text="给您换一把", now=later)
    relayed()
    send_from(inbox_id=made, clock=lambda: later)
    relayed()
    sent = Message.objects.get(pk=message_id)
    step = posts.mailgun_step(
        "failed", severity="permanent", reason="bounce",
        **{"user-variables": {"tongxin_id": sent.external_id, "tongxin_to": MEI.value}},
    )  # fmt: skip
    body = step.body.replace(_signed(step.body), json.dumps(posts.signature(at=fresh)).encode())
    client.post(hook, body, content_type="application/json")
    hear_calls(now=later)
    relayed()

    failed = Message.objects.get(pk=message_id)
    assert sent.state == "sent"
    assert dict(parse_qsl(service.asked[0].body.decode()))["v:tongxin_id"] == sent.external_id
    assert (failed.state, failed.error) == ("failed", "invalid_recipient")


def _signed(body: bytes) -> bytes:
    return json.dumps(json.loads(body)["signature"]).encode()
