"""One mail from its bytes to what it says."""

import re
from dataclasses import replace
from datetime import datetime
from email.utils import parsedate_to_datetime

from tongxin.plugins.channel_email.mime import (
    addresses,
    automatic,
    bodies,
    bounces,
    calendars,
    charsets,
    html_text,
    parts,
    phrases,
    tnef,
    visible,
    words,
)
from tongxin.plugins.channel_email.mime.parts import Part
from tongxin.plugins.channel_email.mime.values import Address, Attachment, Mail

LONGEST_TEXT, LONGEST_HTML, LONGEST_REPLY = 2_000_000, 5_000_000, 500_000  # letters
READABLE_ANYWAY = 20_000
MOST_IDS = 500
IDENTIFIER = re.compile(
    r"<([^<>]{1,998})>|(?<![^\s<>,;()])([^\s<>,;()@]{1,998}@[^\s<>,;()]{1,998})"
)
FORWARDED = re.compile(rf"\s*[\[(]?(?:{phrases.FORWARDED_SUBJECTS})\s?[:：]", re.IGNORECASE)
TNEF_TYPES = ("application/ms-tnef", "application/vnd.ms-tnef")


def read(raw: bytes) -> Mail:
    """Return what a mail says; may raise only where this reader has a fault."""
    top = parts.cut(raw)
    hint = next(
        (leaf.parameter("charset") for leaf in top.leaves() if leaf.parameter("charset")), ""
    )
    mail = _with_bodies(_with_header(top, hint), top)
    bounce = bounces.bounce_of(top, mail.text)
    machine = bounce is not None or automatic.is_automatic(top)
    reasons = automatic.unanswerable(top, bounce, automatic=machine)
    return replace(mail, bounce=bounce, is_auto=machine, unanswerable=reasons)


def as_it_is(raw: bytes) -> Mail:
    """Return a mail whose text are its first bytes."""
    text = charsets.decoded(raw[:READABLE_ANYWAY], "utf-8").replace("\0", "")
    return Mail(text=text, visible_reply=text)


def _with_header(top: Part, hint: str) -> Mail:
    def boxes(name: str) -> tuple[Address, ...]:
        return tuple(box for value in top.all(name) for box in addresses.parsed(value, hint))

    writers = [
        value for name in ("from", "sender", "reply-to", "return-path") for value in top.all(name)
    ]
    own = [value for value in top.all("from") if value.strip()]
    return Mail(
        subject=words.text_of(top.first("subject"), hint),
        sender=addresses.first(own or writers, hint)
        if _named(own, hint)
        else addresses.first(writers, hint),
        to=boxes("to"),
        cc=boxes("cc"),
        reply_to=boxes("reply-to"),
        delivered_to=tuple(
            dict.fromkeys(
                box.address
                for name in ("delivered-to", "x-original-to", "envelope-to")
                for box in boxes(name)
            )
        ),
        date=_date(top.text("date")),
        received=_date(top.text("received").rpartition(";")[2]),
        message_id=next(iter(_ids(top, "message-id")), ""),
        in_reply_to=_ids(top, "in-reply-to"),
        references=_ids(top, "references"),
        list_id=words.text_of(top.first("list-id"), hint),
        authentication=tuple(words.text_of(value) for value in top.all("authentication-results")),
    )


def _named(values: list[bytes], hint: str) -> bool:
    """Tell whether From names anybody, be it without an address."""
    return any(box != Address() for value in values for box in addresses.parsed(value, hint))


def _ids(top: Part, name: str) -> tuple[str, ...]:
    text = words.text_of(top.first(name))
    found = ((bare or "".join(angled.split())) for angled, bare in IDENTIFIER.findall(text))
    return tuple(dict.fromkeys(found))[:MOST_IDS] or tuple(text.strip("<> ").split()[:1])


def _date(given: str) -> datetime | None:
    try:
        return parsedate_to_datetime(given.strip()[:200])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _with_bodies(mail: Mail, top: Part) -> Mail:
    sorted_out = bodies.sorted_out(top)
    files = list(bodies.attachments(sorted_out.files))
    plain, html = bodies.plain_of(sorted_out), bodies.html_of(sorted_out)[:LONGEST_HTML]
    for opened in filter(None, (tnef.opened(file.content) for file in files if _is_tnef(file))):
        files = [file for file in files if not _is_tnef(file)]
        files += [_attachment(inner, number) for number, inner in enumerate(opened.files, 1)]
        plain, html = plain if plain.strip() else opened.text, html or opened.html
    text = plain if plain.strip() else html_text.text_of(html) or _invitation(files) or plain
    text = text[:LONGEST_TEXT]
    reply = visible.visible(
        text[:LONGEST_REPLY], forwarded=FORWARDED.match(mail.subject) is not None
    )
    return replace(mail, text=text, html=html, visible_reply=reply, attachments=tuple(files))


def _is_tnef(file: Attachment) -> bool:
    return file.content.startswith(tnef.SIGNATURE) and (
        file.type in TNEF_TYPES
        or file.name.lower().endswith(".dat")
        or file.type == "application/octet-stream"
    )


def _attachment(inner: tnef.File, number: int) -> Attachment:
    kind = inner.type.lower() or bodies.type_of(inner.name)
    return Attachment(
        bodies.file_name(inner.name, kind, number), kind, inner.content, inner.content_id
    )


def _invitation(files: list[Attachment]) -> str:
    invitations = (
        calendars.readable(charsets.decoded(file.content))
        for file in files
        if file.type == "text/calendar"
    )
    return next(filter(None, invitations), "")
