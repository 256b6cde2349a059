"""Amazon's topics: whose certificate is believed, which topic is joined, and where a mail may be."""

from typing import Any

import pytest
from django.test import Client

from tests.channel_email import posts
from tests.channel_email.channel import NOON, OURS, email
from tests.make.world import world
from tests.plugins.standin import Asked, Reply, vendor
from tongxin.plugins.channel_email.plugin import Email
from tongxin.plugins.channel_email.providers import amazon
from tongxin.sdk import Answer, Batch, Call, Reason, Refused, Tokens
from tongxin.service.channels.actions import create_inbox
from tongxin.service.channels.models import Call as KeptCall
from tongxin.service.channels.queries import inboxes_by_id
from tongxin.service.conversations.actions import hear_calls
from tongxin.service.conversations.models import Conversation


def channel() -> Email:
    return email(provider="amazon_ses", hook_secret=posts.TOPIC)


@pytest.fixture
def _here(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.TRUSTS_OWN_NETWORK = True
    monkeypatch.setattr(amazon, "certificates", Tokens())


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize("version", ["1", "2"])
def test_the_certificate_is_fetched_once_for_all_posts(
    version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with vendor(lambda _asked: (200, posts.amazon_certificate())) as sns:
        monkeypatch.setattr(amazon, "_HOST", sns.address)
        url = f"{sns.address}{posts.CERTIFICATE}"
        for _time in range(3):
            channel().verify(posts.sns("{}", SigningCertURL=url, SignatureVersion=version))

    assert sns.paths() == [posts.CERTIFICATE]


@pytest.mark.usefixtures("_here")
def test_amazon_posts_again_where_its_certificate_was_not_to_be_had(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with vendor(lambda _asked: (503, b"")) as sns:
        monkeypatch.setattr(amazon, "_HOST", sns.address)
        with pytest.raises(Refused, match=r"hook\.unproved") as refused:
            channel().verify(posts.sns("{}", SigningCertURL=f"{sns.address}{posts.CERTIFICATE}"))

    assert refused.value.reason is Reason.LIMITED  # 429: what else is refused is not posted again


@pytest.mark.usefixtures("_here")
def test_our_own_topic_is_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(asked: Asked) -> Reply:
        return (200, posts.amazon_certificate() if asked.path == posts.CERTIFICATE else b"<Confirm")

    with vendor(answer) as sns:
        monkeypatch.setattr(amazon, "_HOST", sns.address)
        call = posts.sns_joins(SigningCertURL=f"{sns.address}{posts.CERTIFICATE}")
        channel().verify(call)
        shaken = channel().handshake(call)
        sns.answer = lambda _asked: (500, b"")
        with pytest.raises(Refused, match=r"hook\.unproved"):
            channel().handshake(call)

    assert shaken == Answer()
    assert sns.asked[1].query == {
        "Action": "ConfirmSubscription", "TopicArn": posts.TOPIC, "Token": "t0ken",
    }  # fmt: skip


def test_nobody_but_amazon_is_asked_whatever_a_post_says() -> None:
    assert amazon._host(posts.TOPIC) == posts.SNS
    for topic in ("", "arn:aws:sns:evil.example/:123456789012:x", "arn:aws:sns:eu-west-1:1:x"):
        assert not amazon.is_topic(topic)
        with pytest.raises(Refused, match=r"hook\.forged"):
            amazon._host(topic)


def test_whatever_else_a_topic_says_is_no_handshake() -> None:
    assert channel().handshake(posts.ses_mail()) is None


def test_a_mail_that_lies_in_s3_is_refused_by_its_own_name() -> None:
    action = {"type": "S3", "bucketName": "mails", "objectKey": "d6iitobk"}

    with pytest.raises(Refused, match=r"hook\.mail_elsewhere"):
        channel().hear(posts.ses_mail(action))


@pytest.mark.parametrize(
    "said",
    [
        "Successfully validated SNS topic for Amazon SES event publishing.",
        {"notificationType": "AmazonSnsSubscriptionSucceeded"},
    ],
)
def test_what_is_only_to_see_whether_it_comes_says_nothing(said: object) -> None:
    assert channel().hear(posts.sns(said)) == Batch(progress=[])


def test_what_became_of_a_copy_says_nothing_of_the_message() -> None:
    whom = ["tom@example.com"]

    heard = channel().hear(posts.ses_step("Delivery", delivery={"recipients": whom}))

    assert heard == Batch(progress=[])


@pytest.mark.django_db
def test_at_the_door_a_topic_is_heard_joined_and_told_when_to_come_again(
    client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TRUSTS_OWN_NETWORK = True
    given = {
        "address": OURS, "comes_in": "provider", "provider": "amazon_ses", "hook_secret": posts.TOPIC,
        "smtp_host": "x",
    }  # fmt: skip
    tea = world()
    made = create_inbox(actor=tea.owner, channel="email", name="邮箱", settings=given, now=NOON)
    hook = f"/hooks/{inboxes_by_id(inbox_ids=[made])[made].key}/"
    monkeypatch.setattr(amazon, "certificates", Tokens())

    def status(call: Call) -> int:
        kind = call.headers["content-type"]
        return client.post(hook, call.body, content_type=kind).status_code

    with vendor(lambda _asked: (503, b"")) as sns:
        monkeypatch.setattr(amazon, "_HOST", sns.address)
        url = f"{sns.address}{posts.CERTIFICATE}"
        later = status(posts.ses_mail(SigningCertURL=url))
        sns.answer = lambda _asked: (200, posts.amazon_certificate())
        calls = [
            posts.sns_joins(SigningCertURL=url),
            posts.ses_mail(SigningCertURL=url),
            posts.ses_mail({"type": "S3"}, SigningCertURL=url),
        ]
        statuses = [status(call) for call in calls]
        forged = status(posts.ses_mail(SigningCertURL=f"{url}x"))
    hear_calls(now=NOON.replace(year=2030))

    assert (later, statuses, forged) == (429, [200, 200, 200], 401)
    assert [talk.subject for talk in Conversation.objects.all()] == ["茶壶"]
    kept = KeptCall.objects.order_by("pk").values_list("state", "code")
    assert list(kept) == [("done", ""), ("broken", "hook.mail_elsewhere")]
