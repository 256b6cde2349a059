"""What providers post, after their documentation: mails that came, and what became of ours.

https://documentation.mailgun.com/docs/mailgun/user-manual/receive-forward-store/ and /events/webhooks/
https://postmarkapp.com/developer/webhooks/inbound-webhook and its neighbours
https://www.twilio.com/docs/sendgrid/for-developers/(inbound parse, event webhook)
https://developers.brevo.com/docs/inbound-parse-webhooks and /docs/transactional-webhooks
"""

import base64
import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from tests.channel_email.channel import NOON
from tongxin.sdk import Call

KEY, PAIR = "key-of-mailgun", "desk:a-long-password"
WHSEC = "whsec_" + base64.b64encode(b"a-secret-of-resend").decode()
OURS_ID = "12-k7f3q9wx.message.1@tea.example"
AT = int(NOON.timestamp()) - 60
SAYS = {"tongxin_id": OURS_ID, "tongxin_to": "mei@example.com"}
RAW = (
    "From: =?utf-8?b?5bCP5qKF?= <mei@example.com>\r\nTo: help@tea.example\r\nSubject: =?utf-8?b?6Iy25aO2?=\r\n"
    "Message-ID: <a1@example.com>\r\n"
    "Date: Sun, 22 Nov 2026 11:00:00 +0000\r\nContent-Type: text/plain; charset=gb18030\r\n\r\n壶嘴裂了\r\n"
).encode("gb18030")


def posted(body: bytes, kind: str, headers: Mapping[str, str] | None = None) -> Call:
    url = "https://desk.example/hooks/0123/"
    return Call("POST", url, {"content-type": kind, **(headers or {})}, body, NOON)


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
