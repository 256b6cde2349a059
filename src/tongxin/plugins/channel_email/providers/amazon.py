"""Amazon SES, which posts by a topic of SNS: signed by a certificate of Amazon's, joined once.

https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
https://docs.aws.amazon.com/ses/latest/dg/receiving-email-notifications-contents.html
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from email.utils import parseaddr
from typing import Any

from anymail.webhooks.amazon_ses import AmazonSESInboundWebhookView, AmazonSESTrackingWebhookView
from anymail.webhooks.base import AnymailCoreWebhookView
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.x509 import load_pem_x509_certificate

from tongxin.plugins.channel_email.providers.posts import Post
from tongxin.plugins.channel_email.providers.steps import NAME, TO
from tongxin.sdk import Answer, Refused, Tokens, Unreachable, Web, check_same, forged
from tongxin.sdk import translate as _

_TOPIC = re.compile(r"arn:aws(?:-us-gov)?:sns:([a-z0-9-]{1,30}):\d{12}:[\w-]{1,256}", re.ASCII)
_HOST = "https://sns.{region}.amazonaws.com"
_CERTIFICATE = re.compile(r"/SimpleNotificationService-[0-9A-Za-z]{1,80}\.pem", re.ASCII)
_NOTE, _JOIN, _LEAVE = "Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"
_OF_NOTE = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_OF_JOIN = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
_SIGNED = {_NOTE: _OF_NOTE, _JOIN: _OF_JOIN, _LEAVE: _OF_JOIN}
_HASHES = {"1": SHA1, "2": SHA256}
_DAY, _LONGEST, _PATIENCE = 24 * 3600.0, 20_000, 5.0

certificates = Tokens()  # by their address, which names one for ever


def is_topic(arn: str) -> bool:
    """Whether this names a topic of SNS, as ARNs do."""
    return _TOPIC.fullmatch(arn) is not None


def said(post: Post) -> Mapping[str, Any]:
    """Return what SNS posts. Raises ValueError and TypeError where it is no object."""
    told = json.loads(post.body)
    if not isinstance(told, dict):
        raise TypeError("not an object")
    return told


def is_mail(post: Post) -> bool:
    """Whether it is about a mail that came."""
    try:
        told = json.loads(str(said(post).get("Message")))
    except ValueError:
        return False  # people are told in words that a topic was joined
    return isinstance(told, dict) and told.get("notificationType") == "Received"


def joined(topic: str, post: Post) -> Answer | None:
    """Join our own topic where SNS asks whether we want to. Raises Refused where Amazon does not answer."""
    told = said(post)
    if told["Type"] != _JOIN:
        return None
    asked = {"Action": "ConfirmSubscription", "TopicArn": topic, "Token": str(told["Token"])}
    reply = Web(_host(topic)).get("/", params=asked, seconds=_PATIENCE)
    if not reply.is_good:
        raise Unreachable(f"status {reply.status}")
    return Answer()


def _check(topic: str, post: Post) -> None:
    """Raise Refused (``hook.forged``) unless our own topic says this; Unreachable; or anything."""
    told = said(post)
    check_same(topic, str(told["TopicArn"]))
    url = str(told["SigningCertURL"])
    host = _host(topic)
    if not url.startswith(host) or not _CERTIFICATE.fullmatch(url.removeprefix(host)):
        raise forged()
    pem = certificates.get((url,), lambda: (_fetched(url), _DAY))
    key = load_pem_x509_certificate(pem.encode()).public_key()
    if not isinstance(key, RSAPublicKey):
        raise forged()
    names = [name for name in _SIGNED[told["Type"]] if name in told]
    words = "".join(f"{name}\n{told[name]}\n" for name in names).encode()
    signature = base64.b64decode(str(told["Signature"]), validate=True)
    try:
        key.verify(signature, words, PKCS1v15(), _HASHES[str(told["SignatureVersion"])]())
    except InvalidSignature:
        raise forged() from None


def _host(topic: str) -> str:
    """Return where SNS is in a topic's own region. Raises Refused (``hook.forged``)."""
    if not (named := _TOPIC.fullmatch(topic)):
        raise forged()
    return _HOST.format(region=named[1])


def _fetched(url: str) -> str:
    reply = Web("").get(url, seconds=_PATIENCE, most=_LONGEST)
    if not reply.is_good:
        raise Unreachable(f"status {reply.status}")
    return reply.body.decode("ascii")


class _Topic:
    """Reads what a topic says, as anymail does; without Amazon's library, and believing only our own topic."""

    def __init__(self, topic: str) -> None:
        AnymailCoreWebhookView.__init__(self)
        self._topic, self.auto_confirm_enabled = topic, False

    def run_validators(self, request: Post) -> None:
        """Raise Refused (``hook.forged``) unless our own topic says this; Unreachable."""
        _check(self._topic, request)

    @staticmethod
    def _parse_sns_message(request: Post) -> Mapping[str, Any]:
        return said(request)


class Mails(_Topic, AmazonSESInboundWebhookView):  # type: ignore[misc]
    """Mails that SES took in."""

    def esp_to_anymail_events(self, ses: Mapping[str, Any], sns: Mapping[str, Any]) -> Any:  # noqa: ANN401
        """Read a mail, and note its bytes. Raises Refused (``hook.mail_elsewhere``) where it is not in the post."""
        if not isinstance(ses.get("content"), str):
            words = _(
                "Amazon SES left this mail in S3: let its receipt rule publish it to the topic."
            )
            raise Refused("hook.mail_elsewhere", words)
        events = super().esp_to_anymail_events(ses, sns)
        for event in events:
            event.raw = _raw(ses)
        return events


class Steps(_Topic, AmazonSESTrackingWebhookView):  # type: ignore[misc]
    """What became of mails that went out by SES's SMTP server: known by the id that we gave them."""

    def esp_to_anymail_events(self, ses: Mapping[str, Any], sns: Mapping[str, Any]) -> Any:  # noqa: ANN401
        """Read what became of a mail; SES names it anew, and tells its headers as they were."""
        events = super().esp_to_anymail_events(ses, sns)
        headers = {
            str(h["name"]).lower(): str(h["value"]) for h in ses.get("mail", {}).get("headers", ())
        }
        bounced = ses.get("bounce") or {}
        for event in events:
            event.metadata = {
                NAME: headers.get("message-id", ""),
                TO: parseaddr(headers.get("to", ""))[1],
            }
            event.esp_event = {"type": bounced.get("bounceType")}
        return events


def _raw(ses: Mapping[str, Any]) -> bytes:
    """Return the mail as it came."""
    content = str(ses["content"])
    if ses["receipt"]["action"].get("encoding") != "BASE64":
        return content.encode("utf-8", "replace")
    try:
        return base64.b64decode(content)
    except binascii.Error as broken:
        raise ValueError("a mail that is not whole") from broken
