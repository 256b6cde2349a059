"""A message of the house as a mail that every program threads and shows."""

import re
from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from typing import Any

from tongxin.plugins.channel_email import marks
from tongxin.sdk import Departure

_MOST_REFERENCES, _LONGEST_SUBJECT, _LONGEST_NAME = 20, 200, 100
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_CONTROLS_BUT_LINES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]+")
_POLICY = SMTP.clone(cte_type="7bit", max_line_length=200)
_WIDE = str.maketrans("()", "（）")
_ANSWERED = re.compile(r"^\s*(re|aw|sv|回复|答复)\s*[:：]", re.IGNORECASE)


def letter_of(departure: Departure, settings: Mapping[str, Any]) -> EmailMessage:
    """Return the mail that carries a message, as an inbox's settings want it."""
    return letter(
        departure, address=str(settings["address"]), name=str(settings["sender_name"]),
        plus=bool(settings["plus"]), marks_subject=bool(settings["marks_subject"]),
    )  # fmt: skip


def letter(
    departure: Departure, *, address: str, name: str, plus: bool, marks_subject: bool
) -> EmailMessage:
    """Return the mail that carries a message from the mailbox ``address``."""
    mail = EmailMessage(_POLICY)
    domain = address.rpartition("@")[2]
    mail["From"] = _named(" · ".join(filter(None, (departure.author, name))), address)
    mail["To"] = _named(departure.recipient.name, departure.recipient.value)
    if departure.copied:
        mail["Cc"] = ", ".join(_named(one.name, one.value) for one in departure.copied)
    if plus and departure.token:
        mail["Reply-To"] = marks.marked_address(address, departure.token)
    mail["Subject"] = _subject(departure, marks_subject=marks_subject)
    mail["Date"] = format_datetime(departure.written_at)
    mail["Message-ID"] = f"<{marks.message_id(departure.token, departure.key, domain)}>"
    _thread(mail, departure)
    if departure.is_automatic:
        mail["Auto-Submitted"] = "auto-replied"
        mail["X-Auto-Response-Suppress"] = "All"
    _fill(mail, departure)
    return mail


def recipients(departure: Departure) -> list[str]:
    """Return everybody whom a message goes to."""
    return list(
        dict.fromkeys([departure.recipient.value, *(one.value for one in departure.copied)])
    )


def line(text: str, most: int) -> str:
    """Return a text that can stand in a header: one line, no controls, not too long."""
    return _CONTROLS.sub(" ", text).strip()[:most]


def _named(name: str, address: str) -> str:
    """Return who it is; wide brackets, as Python begins a comment with the others where it encodes a name."""
    return formataddr((line(name, _LONGEST_NAME).translate(_WIDE), line(address, 254)))


def _subject(departure: Departure, *, marks_subject: bool) -> str:
    subject = line(marks.unmarked(departure.subject), _LONGEST_SUBJECT)
    if departure.answers and not _ANSWERED.match(subject):
        subject = f"Re: {subject}"
    if marks_subject and departure.token:
        subject = marks.marked_subject(subject, departure.token)
    return subject


def _thread(mail: EmailMessage, departure: Departure) -> None:
    """Name what it answers, and the conversation before that: the first and the latest."""
    known = [one for one in departure.thread if _is_id(one)]
    if _is_id(departure.answers):
        mail["In-Reply-To"] = f"<{departure.answers}>"
        known = [one for one in known if one != departure.answers] + [departure.answers]
    if len(known) > _MOST_REFERENCES:
        known = [known[0], *known[1 - _MOST_REFERENCES :]]
    if known:
        mail["References"] = " ".join(f"<{one}>" for one in known)


def _is_id(text: str) -> bool:
    return "@" in text and "~" not in text and not re.search(r"[\s<>\x00-\x1f\x7f-\uffff]", text)


def _fill(mail: EmailMessage, departure: Departure) -> None:
    mail.set_content(_CONTROLS_BUT_LINES.sub("", departure.text))
    if departure.html:
        mail.add_alternative(_page(departure.html), subtype="html")
    for file in departure.files:
        maintype, _slash, subtype = (file.kind or "application/octet-stream").partition("/")
        mail.add_attachment(
            file.read(), maintype=maintype, subtype=subtype or "octet-stream",
            filename=line(file.name, 200) or "file",
        )  # fmt: skip


def _page(html: str) -> str:
    return f'<!doctype html><html><head><meta charset="utf-8"></head><body>{html}</body></html>'
