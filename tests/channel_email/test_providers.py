"""What providers post is proved to be theirs, read as any mail is, and tells what became of ours."""

import hmac
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.channel_email import posts
from tests.channel_email.channel import NOON, OURS, came, email
from tests.channel_email.posts import KEY, OURS_ID, PAIR
from tests.make.world import World, world
from tests.plugins.bending import bent
from tests.plugins.standin import vendor
from tongxin.plugins.channel_email.plugin import Email
from tongxin.plugins.channel_email.providers import amazon
from tongxin.sdk import Answer, Arrival, Batch, Call, Failure, Progress, Refused, Stage
from tongxin.service.channels.actions import create_inbox
from tongxin.service.channels.models import Call as KeptCall
from tongxin.service.channels.queries import inboxes_by_id
from tongxin.service.conversations.actions import hear_calls
from tongxin.service.conversations.models import Conversation, Letter, Message

SECRETS = {
    "resend": posts.WHSEC, "mailgun": KEY, "postmark": PAIR, "sendgrid": PAIR, "brevo": PAIR,
    "amazon_ses": posts.TOPIC, "mandrill": f"another-key {KEY}",
}  # fmt: skip
MAILS: dict[str, tuple[str, Callable[[], Call]]] = {
    "mailgun": ("mailgun", posts.mailgun_mail),
    "mailgun, parsed": ("mailgun", posts.mailgun_parsed),
    "postmark": ("postmark", lambda: posts.postmark_mail(Headers=_named())),
    "postmark, raw": ("postmark", lambda: posts.postmark_mail(RawEmail=_as_text())),
    "sendgrid": ("sendgrid", posts.sendgrid_mail),
    "brevo": ("brevo", posts.brevo_mail),
    "amazon_ses": ("amazon_ses", posts.ses_mail),
    "mandrill": ("mandrill", posts.mandrill_mail),
}  # fmt: skip
STEPS: dict[str, tuple[str, Callable[[], Call], Stage | None, Failure | None]] = {
    "mailgun delivered": ("mailgun", lambda: posts.mailgun_step("delivered"), Stage.DELIVERED, None),
    "mailgun gone": (
        "mailgun", lambda: posts.mailgun_step("failed", severity="permanent", reason="bounce"),
        Stage.FAILED, Failure.INVALID_RECIPIENT,
    ),
    "mailgun full": (
        "mailgun",
        lambda: posts.mailgun_step(
            "failed", severity="permanent", **{"delivery-status": {"message": "552 5.2.2 mailbox full"}}
        ),
        Stage.FAILED, Failure.QUOTA,
    ),
    "mailgun later": (
        "mailgun", lambda: posts.mailgun_step("failed", severity="temporary"), Stage.SENT, None,
    ),
    "mailgun complained": ("mailgun", lambda: posts.mailgun_step("complained"), Stage.FAILED, Failure.BLOCKED),
    "mailgun suppressed": (
        "mailgun", lambda: posts.mailgun_step("rejected", reject={"reason": "x"}), Stage.FAILED, Failure.BLOCKED,
    ),
    "mailgun opened": ("mailgun", lambda: posts.mailgun_step("opened"), None, None),
    "postmark delivered": (
        "postmark", lambda: posts.postmark_step("Delivery", DeliveredAt="2026-11-22T11:59:00Z"),
        Stage.DELIVERED, None,
    ),
    "postmark gone": (
        "postmark", lambda: posts.postmark_step("Bounce", Type="HardBounce"), Stage.FAILED, Failure.INVALID_RECIPIENT,
    ),
    "postmark soft": (
        "postmark", lambda: posts.postmark_step("Bounce", Type="SoftBounce"), Stage.FAILED, Failure.TRANSIENT,
    ),
    "postmark complained": (
        "postmark", lambda: posts.postmark_step("SpamComplaint", Type="SpamComplaint"), Stage.FAILED, Failure.BLOCKED,
    ),
    "postmark later": ("postmark", lambda: posts.postmark_step("Bounce", Type="Transient"), Stage.SENT, None),
    "sendgrid delivered": ("sendgrid", lambda: posts.sendgrid_steps({"event": "delivered"}), Stage.DELIVERED, None),
    "sendgrid gone": (
        "sendgrid", lambda: posts.sendgrid_steps({"event": "bounce", "type": "bounce", "reason": "550 5.1.1 no"}),
        Stage.FAILED, Failure.INVALID_RECIPIENT,
    ),
    "sendgrid dropped": (
        "sendgrid", lambda: posts.sendgrid_steps({"event": "dropped", "reason": "Unsubscribed Address"}),
        Stage.FAILED, Failure.BLOCKED,
    ),
    "resend delivered": ("resend", lambda: posts.resend_step("delivered"), Stage.DELIVERED, None),
    "resend later": ("resend", lambda: posts.resend_step("delivery_delayed"), Stage.SENT, None),
    "resend gone": (
        "resend", lambda: posts.resend_step("bounced", bounce={"message": "a hard bounce message"}),
        Stage.FAILED, Failure.INVALID_RECIPIENT,
    ),
    "resend complained": ("resend", lambda: posts.resend_step("complained"), Stage.FAILED, Failure.BLOCKED),
    "brevo delivered": ("brevo", lambda: posts.brevo_step("delivered"), Stage.DELIVERED, None),
    "brevo soft": ("brevo", lambda: posts.brevo_step("soft_bounce", reason="450"), Stage.FAILED, Failure.TRANSIENT),
    "brevo gone": ("brevo", lambda: posts.brevo_step("hard_bounce"), Stage.FAILED, Failure.INVALID_RECIPIENT),
    "ses delivered": (
        "amazon_ses", lambda: posts.ses_step("Delivery", delivery={"recipients": ["mei@example.com"]}),
        Stage.DELIVERED, None,
    ),
    "ses gone": (
        "amazon_ses", lambda: posts.ses_bounce("Permanent", "smtp; 550 5.1.1 no such user"),
        Stage.FAILED, Failure.INVALID_RECIPIENT,
    ),
    "ses soft": ("amazon_ses", lambda: posts.ses_bounce("Transient"), Stage.FAILED, Failure.TRANSIENT),
    "ses complained": (
        "amazon_ses",
        lambda: posts.ses_step("Complaint", complaint={"complainedRecipients": [{"emailAddress": "mei@example.com"}]}),
        Stage.FAILED, Failure.BLOCKED,
    ),
    "ses later": ("amazon_ses", lambda: posts.ses_step("DeliveryDelay"), None, None),
    "mandrill sent": ("mandrill", lambda: posts.mandrill_step("send"), Stage.SENT, None),
    "mandrill gone": (
        "mandrill", lambda: posts.mandrill_step("hard_bounce", diag="smtp;550 5.1.1 no"),
        Stage.FAILED, Failure.INVALID_RECIPIENT,
    ),
    "mandrill soft": ("mandrill", lambda: posts.mandrill_step("soft_bounce"), Stage.FAILED, Failure.TRANSIENT),
    "mandrill rejected": ("mandrill", lambda: posts.mandrill_step("reject"), Stage.FAILED, Failure.BLOCKED),
    "mandrill complained": ("mandrill", lambda: posts.mandrill_step("spam"), Stage.FAILED, Failure.BLOCKED),
    "brevo complained": ("brevo", lambda: posts.brevo_step("spam"), Stage.FAILED, Failure.BLOCKED),
}  # fmt: skip


def _as_text() -> str:
    """Postmark gives a raw mail as a text: its bytes are those of UTF-8."""
    return posts.RAW.decode("gb18030").replace("gb18030", "utf-8")


def _named() -> list[dict[str, str]]:
    return [{"Name": "Message-ID", "Value": "<a1@example.com>"}]


@pytest.fixture(autouse=True)
def _known() -> None:
    """Amazon's certificate was fetched before."""
    pem = posts.amazon_certificate().decode()
    amazon.certificates.get((f"{posts.SNS}{posts.CERTIFICATE}",), lambda: (pem, 86400.0))


def channel_of(provider: str, **changes: Any) -> Email:
    return email(provider=provider, hook_secret=SECRETS[provider], **changes)


def heard(provider: str, call: Call) -> Batch:
    channel = channel_of(provider)
    channel.verify(call)
    return channel.hear(call)


def mail(provider: str, call: Call) -> Arrival:
    [arrival] = heard(provider, call).arrivals
    return arrival


@pytest.mark.parametrize("name", MAILS)
def test_a_mail_is_read_as_if_it_had_come_by_imap(name: str) -> None:
    provider, post = MAILS[name]
    ours = mail(provider, post())
    [by_imap] = email().hear(came(posts.RAW)).arrivals

    assert (ours.external_id, ours.sender, ours.text, ours.subject) == (
        by_imap.external_id, by_imap.sender, by_imap.text, by_imap.subject,
    )  # fmt: skip
    assert not ours.is_automatic


@pytest.mark.parametrize("name", ["mailgun, parsed", "sendgrid", "amazon_ses", "mandrill"])
def test_the_mark_in_the_address_it_was_sent_to_is_found(name: str) -> None:
    ours = mail(MAILS[name][0], MAILS[name][1]())

    assert (ours.token, ours.details["token_by"]) == ("12-k7f3q9wx", "address")


def test_the_bytes_that_came_are_kept_where_the_provider_gives_them() -> None:
    assert mail("sendgrid", posts.sendgrid_mail()).raw.endswith(posts.RAW)
    assert mail("mailgun", posts.mailgun_mail()).raw.endswith(posts.RAW)
    assert mail("amazon_ses", posts.ses_mail()).raw.endswith(posts.RAW)


def test_files_of_a_mail_that_was_taken_apart_come_whole() -> None:
    files = mail("mailgun", posts.mailgun_parsed()).attachments

    assert [(f.name, f.kind) for f in files] == [
        ("壶.png", "image/png"), ("a.bin", "application/octet-stream"),
    ]  # fmt: skip
    assert files[1].content == bytes(range(256))


def test_a_secret_without_letters_proves_nothing() -> None:
    with pytest.raises(Refused, match=r"hook\.forged"):
        email(provider="resend", hook_secret="whsec_").verify(
            posts.resend_step("delivered", key="whsec_")
        )


def test_a_file_that_brevo_keeps_is_fetched_afterwards(settings: Any) -> None:
    settings.TRUSTS_OWN_NETWORK = True
    said = {"Name": "壶.png", "ContentType": "image/png", "DownloadToken": "a/b"}
    [file] = mail("brevo", posts.brevo_mail(said)).attachments

    with vendor(lambda _asked: (200, b"PNG")) as service:
        channel = channel_of("brevo", api_base=service.address, api_key="k")
        found = channel.fetch(file.reference)
        service.answer = lambda _asked: (404, {})
        with pytest.raises(Refused, match=r"file\.missing"):
            channel.fetch(file.reference)

    assert (file.name, found.content) == ("壶.png", b"PNG")
    assert service.asked[0].path == "/inbound/attachments/a%2Fb"
    assert service.asked[0].headers["api-key"] == "k"


def test_a_mail_that_nobody_named_has_one_name_however_often_it_is_posted() -> None:
    first, again = (mail("postmark", posts.postmark_mail()) for _time in range(2))

    assert first.external_id == again.external_id
    assert first.external_id.endswith("@rebuilt.invalid")


@pytest.mark.parametrize("name", STEPS)
def test_what_became_of_a_mail_of_ours_is_told(name: str) -> None:
    provider, post, stage, failure = STEPS[name]
    said = heard(provider, post()).progress

    assert [(one.external_id, one.stage, one.failure) for one in said] == (
        [(OURS_ID, stage, failure)] if stage else []
    )
    assert all(one.at <= NOON for one in said)


def test_what_became_of_a_copy_says_nothing_of_the_message() -> None:
    call = posts.mailgun_step("failed", severity="permanent", recipient="tom@example.com")

    assert heard("mailgun", call).progress == []


def test_a_mail_sent_by_smtp_is_known_by_its_own_id() -> None:
    call = posts.mailgun_step(
        "delivered", message={"headers": {"message-id": OURS_ID}}, **{"user-variables": {}}
    )

    assert heard("mailgun", call).progress == [
        Progress(OURS_ID, Stage.DELIVERED, NOON.replace(hour=11, minute=59, microsecond=500_000))
    ]


def _said_otherwise(call: Call, **said: str) -> Call:
    return replace(call, body=json.dumps({**json.loads(call.body), **said}).encode())


@pytest.mark.parametrize(
    ("provider", "call"),
    [
        ("mailgun", posts.mailgun_mail(key="another")),
        ("mailgun", posts.mailgun_mail(signature="0" * 64)),
        ("mailgun", posts.mailgun_mail(at=posts.AT - 2 * 86400)),  # somebody kept it
        ("mailgun", posts.posted(b"{}", "application/json")),
        ("mailgun", replace(posts.mailgun_mail(), method="GET")),
        ("resend", posts.resend_step("delivered", key="whsec_AAAA")),
        ("resend", replace(posts.resend_step("delivered"), body=b"{}")),
        ("resend", posts.resend_step("received", key="whsec_AAAA")),
        ("mandrill", posts.mandrill({"event": "inbound"}, key="another")),
        ("mandrill", posts.mandrill({"event": "inbound"}, key="test-webhook")),
        ("mandrill", posts.mandrill({"event": "send"}, url="https://elsewhere.example/")),
        ("mandrill", replace(posts.mandrill_mail(), headers={})),
        ("amazon_ses", posts.sns("{}", TopicArn="arn:aws:sns:eu-west-1:999999999999:mail")),
        ("amazon_ses", posts.sns("{}", SigningCertURL=f"https://evil.example{posts.CERTIFICATE}")),
        (
            "amazon_ses",
            posts.sns("{}", SigningCertURL=f"{posts.SNS}@evil.example{posts.CERTIFICATE}"),
        ),
        ("amazon_ses", posts.sns("{}", SigningCertURL=f"{posts.SNS}/?Action=x")),
        ("amazon_ses", posts.sns("{}", SignatureVersion="3")),
        ("amazon_ses", _said_otherwise(posts.ses_mail(), Message="{}")),
        ("amazon_ses", _said_otherwise(posts.sns_joins(), Token="another")),
        ("amazon_ses", _said_otherwise(posts.sns("{}"), Signature="AAAA")),
        ("postmark", posts.named({}, "desk:wrong")),
        ("postmark", posts.posted(b"{}", "application/json")),
        ("sendgrid", posts.parts({"email": posts.RAW}, {})),
        ("brevo", posts.posted(b"{}", "application/json", {"authorization": "Basic é"})),
    ],
)
def test_nobody_else_gets_in(provider: str, call: Call) -> None:
    with pytest.raises(Refused, match=r"hook\.forged"):
        channel_of(provider).verify(call)


def test_mandrill_may_try_the_address_before_it_gives_a_key() -> None:
    channel = email(provider="mandrill", hook_secret="")
    trial = posts.mandrill(key="test-webhook")
    channel.verify(trial)

    assert channel.handshake(trial) == Answer()
    assert channel_of("mandrill").handshake(posts.mandrill_mail()) is None
    with pytest.raises(Refused, match=r"hook\.forged"):
        channel.verify(posts.mandrill_mail())


@pytest.mark.parametrize(
    "settings_", [{"provider": "none"}, {"hook_secret": ""}, {"provider": "x"}]
)
def test_nobody_gets_in_where_nothing_was_agreed(settings_: dict[str, str]) -> None:
    channel = email(**{"provider": "mailgun", "hook_secret": KEY} | settings_)

    with pytest.raises(Refused, match=r"hook\.forged"):
        channel.verify(posts.mailgun_mail(key=""))


@pytest.mark.parametrize(
    "settings_",
    [
        {"provider": "none"},
        {"hook_secret": ""},
        {"provider": "resend"},
        {"provider": "amazon_ses"},  # by what is no topic
    ],
)
def test_whoever_tries_it_reads_that_something_is_missing(settings_: dict[str, str]) -> None:
    channel = email(
        **{"provider": "mailgun", "hook_secret": KEY, "comes_in": "provider"} | settings_
    )

    with pytest.raises(Refused, match=r"inbox\.not_accepted"):
        channel.try_out()


@pytest.mark.parametrize("name", [*MAILS, *STEPS])
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_else_comes_is_refused_or_stored(name: str, data: st.DataObject) -> None:
    provider, post, *_rest = MAILS.get(name) or STEPS[name]
    call = replace(post(), body=data.draw(bent(post().body)))
    channel = channel_of(provider)

    for ask in (channel.verify, channel.handshake, channel.hear):
        with suppress(Refused):
            ask(call)


def test_a_large_mail_in_a_form_is_taken_apart_byte_by_byte() -> None:
    raw = posts.RAW + b"\x00\xff\r\n--b0un\r\n" * 400_000

    assert mail("mailgun", posts.parts({"body-mime": raw, **posts.signature()}, {})).raw.endswith(
        raw
    )


@pytest.fixture
def tea(db: None) -> World:
    return world()


@pytest.fixture
def key(tea: World) -> str:
    given = {
        "address": OURS,
        "comes_in": "provider",
        "provider": "mailgun",
        "hook_secret": KEY,
        "smtp_host": "x",
    }
    made = create_inbox(actor=tea.owner, channel="email", name="邮箱", settings=given, now=NOON)
    return inboxes_by_id(inbox_ids=[made])[made].key


def at_the_door(client: Client, key: str, call: Call) -> int:
    kind = call.headers["content-type"]
    return client.post(f"/hooks/{key}/?mime", call.body, content_type=kind).status_code


def test_a_posted_mail_becomes_a_conversation_once_and_its_answer_joins(
    client: Client, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = (
        b"From: mei@example.com\r\nTo: help@tea.example\r\nMessage-ID: <a2@example.com>\r\n"
        b"In-Reply-To: <a1@example.com>\r\n\r\nA photo follows.\r\n"
    )
    calls = [
        posts.mailgun_mail(),
        posts.mailgun_mail(),
        posts.mailgun_mail(KEY, posts.AT, **{"body-mime": answer}),
    ]
    monkeypatch.setattr("tongxin.plugins.channel_email.providers.hearing._RETRIED", float("inf"))

    statuses = [at_the_door(client, key, call) for call in calls]
    forged = at_the_door(client, key, posts.mailgun_mail(key="another"))
    kept = KeptCall.objects.count()
    hear_calls(now=NOON.replace(year=2030))

    assert (statuses, forged, kept) == ([200] * 3, 401, 3)
    [talk] = Conversation.objects.filter(subject="茶壶")
    said = Message.objects.filter(conversation=talk.pk).order_by("pk")
    assert [m.text for m in said] == ["壶嘴裂了", "A photo follows."]
    assert Letter.objects.get(message=said[1].pk).attached_by == "answer"


def test_the_signature_is_the_one_that_mailgun_documents() -> None:
    call = posts.mailgun_step("delivered")
    said = json.loads(call.body)["signature"]

    right = hmac.new(KEY.encode(), (said["timestamp"] + said["token"]).encode(), "sha256")
    assert said["signature"] == right.hexdigest()
