"""What providers post, after their documentation: mails that came, and what became of ours.

https://documentation.mailgun.com/docs/mailgun/user-manual/receive-forward-store/ and /events/webhooks/
https://postmarkapp.com/developer/webhooks/inbound-webhook and its neighbours
https://www.twilio.com/docs/sendgrid/for-developers/(inbound parse, event webhook)
https://developers.brevo.com/docs/inbound-parse-webhooks and /docs/transactional-webhooks
https://docs.aws.amazon.com/ses/latest/dg/receiving-email-notifications-examples.html and /notification-examples.html
https://mailchimp.com/developer/transactional/docs/webhooks/
"""

import base64
import hmac
import json
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tests.channel_email.channel import NOON
from tongxin.sdk import Call

HOOK = "https://desk.example/hooks/0123/"
KEY, PAIR = "key-of-mailgun", "desk:a-long-password"
WHSEC = "whsec_" + base64.b64encode(b"a-secret-of-resend").decode()
TOPIC = "arn:aws:sns:eu-west-1:123456789012:mail"
SNS = "https://sns.eu-west-1.amazonaws.com"
CERTIFICATE = "/SimpleNotificationService-9c6465fa7f48f5cacd23014631ec1136.pem"
OURS_ID = "12-k7f3q9wx.message.1@tea.example"
AT = int(NOON.timestamp()) - 60
SAYS = {"tongxin_id": OURS_ID, "tongxin_to": "mei@example.com"}
RAW = (
    "From: =?utf-8?b?5bCP5qKF?= <mei@example.com>\r\nTo: help@tea.example\r\nSubject: =?utf-8?b?6Iy25aO2?=\r\n"
    "Message-ID: <a1@example.com>\r\n"
    "Date: Sun, 22 Nov 2026 11:00:00 +0000\r\nContent-Type: text/plain; charset=gb18030\r\n\r\n壶嘴裂了\r\n"
).encode("gb18030")


def posted(body: bytes, kind: str, headers: Mapping[str, str] | None = None) -> Call:
    return Call("POST", HOOK, {"content-type": kind, **(headers or {})}, body, NOON)


def named(said: Any, pair: str = PAIR) -> Call:
    """A JSON post by somebody who knows the address's password."""
    return posted(_json(said), "application/json", basic(pair))


def basic(pair: str = PAIR) -> dict[str, str]:
    return {"authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def signature(key: str = KEY, at: int = AT) -> dict[str, str]:
    said = hmac.new(key.encode(), f"{at}t0ken".encode(), "sha256").hexdigest()
    return {"timestamp": str(at), "token": "t0ken", "signature": said}


def mailgun_mail(key: str = KEY, at: int = AT, **fields: Any) -> Call:
    """As a route forwards it to an address that ends with ``mime``."""
    said = {"recipient": "help@tea.example", "body-mime": RAW, **signature(key, at), **fields}
    return posted(urlencode(said).encode(), "application/x-www-form-urlencoded")


def mailgun_parsed() -> Call:
    """As a route forwards it to any other address, with a file and a picture in its text."""
    headers = [
        ["From", "小梅 <mei@example.com>"], ["To", "help@tea.example"], ["Subject", "茶壶"],
        ["Message-Id", "<a1@example.com>"],
    ]  # fmt: skip
    fields = {
        "recipient": "help+12-k7f3q9wx@tea.example", "sender": "mei@example.com", "body-plain": "壶嘴裂了",
        "body-html": '<p>壶嘴裂了<img src="cid:p1"></p>', "message-headers": json.dumps(headers),
        "attachment-count": "2", "content-id-map": '{"<p1>": "attachment-1"}', **signature(),
    }  # fmt: skip
    return parts(
        fields,
        {"attachment-1": ("壶.png", "image/png", b"\x89PNG\r\n\x1a\n\x00\xff"),
         "attachment-2": ("a.bin", "application/octet-stream", bytes(range(256)))},
    )  # fmt: skip


def mailgun_step(event: str, **said: Any) -> Call:
    data = {
        "event": event, "id": "x", "timestamp": AT + 0.5, "recipient": "mei@example.com", "user-variables": SAYS,
        "message": {"headers": {"message-id": "other@mailgun.example", "to": "mei@example.com"}},
    }  # fmt: skip
    return posted(_json({"signature": signature(), "event-data": data | said}), "application/json")


def postmark_mail(**said: Any) -> Call:
    return named(
        {
            "FromFull": {"Email": "mei@example.com", "Name": "小梅"}, "ToFull": [{"Email": "help@tea.example"}],
            "CcFull": [], "BccFull": [], "OriginalRecipient": "help@tea.example", "Subject": "茶壶",
            "MessageID": "22c74902", "Date": "Sun, 22 Nov 2026 11:00:00 +0000", "TextBody": "壶嘴裂了",
            "Headers": [{"Name": "Return-Path", "Value": "<mei@example.com>"}], "Attachments": [],
        } | said
    )  # fmt: skip


def postmark_step(record: str, **said: Any) -> Call:
    usual = {
        "RecordType": record, "MessageID": "uuid", "Metadata": SAYS, "Email": "mei@example.com", "ID": 1,
    }  # fmt: skip
    return named(usual | said)


def sendgrid_mail() -> Call:
    """As the inbound parse posts a mail raw."""
    envelope = {"to": ["help+12-k7f3q9wx@tea.example"], "from": "mei@example.com"}
    fields: dict[str, str | bytes] = {
        "email": RAW,
        "envelope": json.dumps(envelope),
        "spam_score": "0.1",
    }
    return parts(fields, {}, basic())


def sendgrid_steps(*said: Mapping[str, Any]) -> Call:
    usual = {
        "email": "mei@example.com",
        "timestamp": AT,
        "smtp-id": f"<{OURS_ID}>",
        "sg_event_id": "e",
    }
    return named([usual | dict(one) for one in said])


def brevo_mail(*files: Mapping[str, Any]) -> Call:
    headers = {
        "From": "小梅 <mei@example.com>", "To": "help@tea.example", "Subject": "茶壶",
        "Message-ID": "<a1@example.com>", "Received": ["from a", "from b"],
        "Delivered-To": "<help@tea.example>",
    }  # fmt: skip
    item = {
        "Uuid": ["8d79"],
        "Headers": headers,
        "RawTextBody": "壶嘴裂了",
        "Attachments": list(files),
    }
    return named({"items": [item]})


def brevo_step(event: str, **said: Any) -> Call:
    usual = {
        "event": event,
        "email": "mei@example.com",
        "message-id": f"<{OURS_ID}>",
        "ts_epoch": AT * 1000,
    }
    return named(usual | said)


def resend_step(kind: str, key: str = WHSEC, **said: Any) -> Call:
    """Signed as Standard Webhooks are: https://resend.com/docs/dashboard/webhooks/verify-webhooks-requests."""
    data = {
        "email_id": "theirs", "to": ["mei@example.com"], "headers": [{"name": "X-Metadata", "value": json.dumps(SAYS)}],
    }  # fmt: skip
    body = _json(
        {"type": f"email.{kind}", "created_at": "2026-11-22T11:59:00.000Z", "data": data | said}
    )
    secret = base64.b64decode(key.removeprefix("whsec_"))
    signed = hmac.digest(secret, f"msg_1.{AT}.".encode() + body, "sha256")
    headers = {
        "svix-id": "msg_1", "svix-timestamp": str(AT),
        "svix-signature": f"v1,AAAA v1,{base64.b64encode(signed).decode()}",
    }  # fmt: skip
    return posted(body, "application/json", headers)


@cache
def amazon_key() -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


@cache
def amazon_certificate() -> bytes:
    """A certificate such as SNS signs by."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    made = x509.CertificateBuilder(
        name, name, amazon_key().public_key(), 1, NOON - timedelta(days=1), NOON + timedelta(days=1)
    )
    return made.sign(amazon_key(), SHA256()).public_bytes(Encoding.PEM)


def sns(message: object, kind: str = "Notification", **said: str) -> Call:
    """What a topic posts, signed as SNS does: as plain text, whatever it is."""
    text = message if isinstance(message, str) else json.dumps(message, ensure_ascii=False)
    told = {
        "Type": kind, "MessageId": "22b80b92-fdea", "TopicArn": TOPIC, "Message": text,
        "Timestamp": "2026-11-22T11:59:00.000Z", "SignatureVersion": "2", "SigningCertURL": f"{SNS}{CERTIFICATE}",
    } | said  # fmt: skip
    names = ["Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]  # fmt: skip
    words = "".join(f"{name}\n{told[name]}\n" for name in names if name in told)
    hashed = SHA1() if told["SignatureVersion"] == "1" else SHA256()  # noqa: S303 - as SNS does where nobody asked for more
    signed = amazon_key().sign(words.encode(), PKCS1v15(), hashed)
    headers = {"x-amz-sns-message-type": kind, "x-amz-sns-message-id": told["MessageId"]}
    body = _json({"Signature": base64.b64encode(signed).decode(), **told})
    return posted(body, "text/plain; charset=UTF-8", headers)


def ses_mail(action: Mapping[str, str] | None = None, **said: str) -> Call:
    """As a receipt rule publishes a mail, in Base64."""
    how = {"type": "SNS", "topicArn": TOPIC, "encoding": "BASE64"} if action is None else action
    told: dict[str, Any] = {
        "notificationType": "Received", "mail": {"messageId": "d6iitobk", "timestamp": "2026-11-22T11:59:00.000Z"},
        "receipt": {"recipients": ["help+12-k7f3q9wx@tea.example"], "action": how},
    }  # fmt: skip
    content = {} if action is not None else {"content": base64.b64encode(RAW).decode()}
    return sns(told | content, **said)


def ses_step(kind: str, **said: Any) -> Call:
    """With the headers of the mail, as it went to SES's SMTP server."""
    headers = [
        {"name": "Received", "value": "from a"}, {"name": "Message-ID", "value": f"<{OURS_ID}>"},
        {"name": "To", "value": "小梅 <mei@example.com>"},
    ]  # fmt: skip
    mail = {"messageId": "0107", "destination": ["mei@example.com"], "headers": headers}
    return sns({"notificationType": kind, "mail": mail} | said)


def ses_bounce(kind: str, words: str = "") -> Call:
    whom = [{"emailAddress": "mei@example.com", "diagnosticCode": words}]
    told = {"bounceType": kind, "bounceSubType": "General", "bouncedRecipients": whom}
    return ses_step("Bounce", bounce=told)


def sns_joins(**said: str) -> Call:
    url = f"{SNS}/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=t0ken"
    return sns(
        "You have chosen to subscribe",
        "SubscriptionConfirmation",
        Token="t0ken",
        SubscribeURL=url,
        **said,
    )


def mandrill(*events: Mapping[str, Any], key: str = KEY, url: str = HOOK) -> Call:
    said = json.dumps(list(events))
    signed = hmac.digest(key.encode(), f"{url}mandrill_events{said}".encode(), "sha1")
    headers = {"x-mandrill-signature": base64.b64encode(signed).decode()}
    body = urlencode({"mandrill_events": said}).encode()
    return posted(body, "application/x-www-form-urlencoded", headers)


def mandrill_mail() -> Call:
    raw = RAW.decode("gb18030").replace("gb18030", "utf-8")
    msg = {"raw_msg": raw, "email": "help+12-k7f3q9wx@tea.example", "from_email": "mei@example.com"}
    return mandrill({"event": "inbound", "ts": AT, "msg": msg})


def mandrill_step(event: str, **said: Any) -> Call:
    msg = {"email": "mei@example.com", "metadata": SAYS, "_id": "theirs"} | said
    return mandrill({"event": event, "ts": AT, "_id": "theirs", "msg": msg})


def parts(
    fields: Mapping[str, str | bytes],
    files: Mapping[str, tuple[str, str, bytes]],
    headers: Mapping[str, str] | None = None,
) -> Call:
    """A form with files (RFC 7578)."""
    body = b""
    for name, value in fields.items():
        body += _part(f'name="{name}"', "", value if isinstance(value, bytes) else value.encode())
    for name, (filename, kind, content) in files.items():
        body += _part(f'name="{name}"; filename="{filename}"', f"Content-Type: {kind}\r\n", content)
    return posted(body + b"--b0und--\r\n", "multipart/form-data; boundary=b0und", headers)


def _part(named: str, kind: str, content: bytes) -> bytes:
    head = f"--b0und\r\nContent-Disposition: form-data; {named}\r\n{kind}\r\n"
    return head.encode() + content + b"\r\n"


def _json(said: Any) -> bytes:
    return json.dumps(said, ensure_ascii=False).encode()
