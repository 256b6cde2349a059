"""Mails made by hand, as clients and servers make them; all words and names are our own."""

import base64
import struct


def mail(*headers: str, body: str | bytes = "") -> bytes:
    """Return a mail of these header lines and this body."""
    content = body.encode() if isinstance(body, str) else body
    return "\r\n".join((*headers, "", "")).encode() + content


def parts(kind: str, *inner: bytes, boundary: str = "b1") -> tuple[str, bytes]:
    """Return the Content-Type line and the body of a multipart."""
    line = f'Content-Type: multipart/{kind}; boundary="{boundary}"'
    mark = f"\r\n--{boundary}".encode()
    return line, b"".join(mark + b"\r\n" + one for one in inner) + mark + b"--\r\n"


def multipart(kind: str, *inner: bytes, headers: tuple[str, ...] = ()) -> bytes:
    line, body = parts(kind, *inner)
    return mail(*headers, line, body=body)


def plain(text: str, charset: str = "utf-8") -> bytes:
    return mail(f"Content-Type: text/plain; charset={charset}", body=text.encode(charset))


def html(text: str) -> bytes:
    return mail("Content-Type: text/html; charset=utf-8", body=text)


def file(name: str, content: bytes, kind: str = "application/pdf") -> bytes:
    return mail(
        f'Content-Type: {kind}; name="{name}"',
        f'Content-Disposition: attachment; filename="{name}"',
        "Content-Transfer-Encoding: base64",
        body=base64.encodebytes(content),
    )


def _attribute(name: int, value: bytes, level: int = 2) -> bytes:
    return struct.pack("<BHHL", level, name, 6, len(value)) + value + b"\0\0"


def _property(name: int, kind: int, value: bytes) -> bytes:
    padded = value + b"\0" * (-len(value) % 4)
    return struct.pack("<HHLL", kind, name, 1, len(value)) + padded


def winmail(name: str, content: bytes, text: str = "") -> bytes:
    """Return a winmail.dat with one file in it and, if given, a text."""
    message = struct.pack("<L", 1) + _property(0x1000, 0x001F, text.encode("utf-16-le") + b"\0\0")
    long_name = struct.pack("<L", 1) + _property(0x3707, 0x001F, name.encode("utf-16-le") + b"\0\0")
    return b"".join(
        (
            struct.pack("<LH", 0x223E9F78, 1),
            _attribute(0x9003, message, level=1) if text else b"",
            _attribute(0x9002, b"\0" * 14),
            _attribute(0x8010, b"SHORT~1.TXT\0"),
            _attribute(0x800F, content),
            _attribute(0x9005, long_name),
        )
    )


INVITATION = (
    "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VTIMEZONE\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
    "END:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\nSUMMARY:Tasting\\, green\r\n"
    'DTSTART;TZID="Asia/Shanghai":20240305T152000\r\nDTEND;TZID=Asia/Shanghai:20240305T160000\r\n'
    'LOCATION:Tea\r\n  House\r\nORGANIZER;CN="Mei: Lin":mailto:mei@mail.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n'
)

NEVER_ARRIVED = (
    "Reporting-MTA: dns; mx.tea.example\r\n\r\n"
    "Original-Recipient: rfc822;tom@gone.example\r\nFinal-Recipient: rfc822; tom@gone.example\r\n"
    "Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 <tom@gone.example>: no such mailbox\r\n\r\n"
    "Final-Recipient: rfc822; mei@full.example\r\nAction: failed\r\nStatus: 5.0.0\r\n"
    "Diagnostic-Code: smtp; 552 5.2.2 full\r\n"
)
OUR_MAIL = "Message-ID: <ours-1@desk.example>\r\nTo: tom@gone.example\r\nSubject: Your order\r\n\r\nHello\r\n"


def report(
    status: str, kind: str = "delivery-status", copy: str = OUR_MAIL, subject: str = "Report"
) -> bytes:
    """Return a report of RFC 3464 or 5965."""
    return multipart(
        f'report; report-type="{kind}"',
        plain("Something happened to your mail."),
        mail(f"Content-Type: message/{kind}", body=status),
        mail("Content-Type: message/rfc822", body=copy),
        headers=(
            "From: MAILER-DAEMON@mx.tea.example",
            "To: desk@desk.example",
            f"Subject: {subject}",
        ),
    )


def told(sender: str, subject: str, body: str, *headers: str) -> bytes:
    """Return a mail in which a server tells people what it did."""
    return mail(
        f"From: {sender}", "To: desk@desk.example", f"Subject: {subject}", *headers, body=body
    )


# Servers that follow no standard: (mail, address, status).
FAILURES = {
    "qmail": (
        told(
            "MAILER-DAEMON@mx.tea.example",
            "failure notice",
            "Hi. This is the mail program at mx.tea.example.\nI could not deliver your message to these addresses.\n\n"
            "<tom@gone.example>:\n203.0.113.5 does not like recipient.\nRemote host said: 550 5.1.1 no such user\n\n"
            "--- Below this line is a copy of the message.\n\nReturn-Path: <desk@desk.example>\n"
            + OUR_MAIL,
        ),
        "tom@gone.example",
        "5.1.1",
    ),
    "exim": (
        told(
            "Mail Delivery System <Mailer-Daemon@mx.tea.example>",
            "Mail delivery failed: returning message to sender",
            "This message was created automatically.\n\n  tom@gone.example\n    SMTP error from remote mail server\n"
            "    after RCPT TO:<tom@gone.example>: 550 unknown\n\n------ This is a copy of the message ------\n\n"
            + OUR_MAIL,
            "X-Failed-Recipients: tom@gone.example",
        ),
        "tom@gone.example",
        "5.0.0",
    ),
    "gmail": (
        told(
            "Mail Delivery Subsystem <mailer-daemon@googlemail.example>",
            "Delivery Status Notification (Failure)",
            "Delivery to the following recipient failed permanently:\n\n     tom@gone.example\n\n"
            "The error that the other server returned was: 550 5.1.1 not here\n\n----- Original message -----\n\n"
            + OUR_MAIL,
        ),
        "tom@gone.example",
        "5.1.1",
    ),
    "qq": (
        told(
            "PostMaster@qq.example",
            "系统退信",
            "抱歉，您的邮件被退回来了。\n\n收件人邮件地址：tom@gone.example\n\n退信原因：收件人地址不存在\n"
            "550 5.1.1 mailbox not found\n",
        ),
        "tom@gone.example",
        "5.1.1",
    ),
    "exchange de": (
        told(
            "postmaster@mx.tea.example",
            "Unzustellbar: Ihre Bestellung",
            "Ihre Nachricht konnte nicht zugestellt werden:\n\ntom@gone.example\n\n#550 5.1.10 RESOLVER.ADR##\n",
            "Return-Path: <>",
        ),
        "tom@gone.example",
        "5.1.10",
    ),
}

ABSENCES = {
    "standard": ("Auto-Submitted: auto-replied", "Subject: Re: order"),
    "generated": ("Auto-Submitted: auto-generated", "Subject: Backup done"),
    "habit": ("X-Autoreply: yes", "Subject: Re: order"),
    "precedence": ("Precedence: auto_reply", "Subject: Re: order"),
    "en": ("Subject: Automatic reply: order",),
    "office": ("Subject: Out of Office Re: order",),
    "zh": ("Subject: 自动回复：订单",),
    "zh encoded": ("Subject: =?utf-8?B?6Ieq5Yqo5Zue5aSNOiDorqLljZU=?=",),
    "de": ("Subject: Abwesenheitsnotiz: Bestellung",),
    "fr": ("Subject: Réponse automatique : commande",),
    "es": ("Subject: Respuesta automática: pedido",),
    "it": ("Subject: Risposta automatica: ordine",),
    "pt": ("Subject: Resposta automática: pedido",),
    "nl": ("Subject: Automatisch antwoord: bestelling",),
    "ru": ("Subject: Автоответ: заказ",),
    "pl": ("Subject: Autoodpowiedź: zamówienie",),
    "ja": ("Subject: 自動応答: 注文",),
    "ko": ("Subject: 자동 회신: 주문",),
}

# People write these, or programs for people: no machine's answer, though some are not to be answered by one.
ORDINARY = {
    "a question": ("Subject: Where is my order?",),
    "about a bounce": ("Subject: Why was my mail returned?",),
    "about delivery": ("Subject: Delivery failed, nobody rang",),
    "said not to be automatic": ("Auto-Submitted: no", "Subject: order"),
    "a list": ("List-Id: <tea.lists.example>", "Precedence: list", "Subject: [tea] which pot?"),
    "a newsletter": (
        "List-Unsubscribe: <https://tea.example/u>",
        "Precedence: bulk",
        "Subject: Spring",
    ),
    "exchange": ("X-Auto-Response-Suppress: DR, RN, NRN", "Subject: order"),
    "zh delivery": ("Subject: 快递一直没有送达",),
}
