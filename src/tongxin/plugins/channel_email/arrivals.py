"""A mail that was read, in the words of the house."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime

from tongxin.plugins.channel_email import marks
from tongxin.plugins.channel_email.mime import Address as Mailbox
from tongxin.plugins.channel_email.mime import Bounce, Mail
from tongxin.sdk import (
    Address,
    Arrival,
    Attachment,
    Batch,
    Failure,
    Progress,
    Stage,
    without_mark,
)

KIND = "email"
_LONGEST_ID, _LONGEST_TEXT, _MOST_COPIED, _MOST_ANSWERED = 190, 100_000, 40, 20
_FULL = "5.2.2"
_NOTHING, _NOBODY = "—", "nobody@sender.invalid"  # of a mail that says nothing, or not who wrote it


def batch_of(mail: Mail, raw: bytes, own: str, now: datetime) -> Batch:
    """Return what a mail to ``own`` means: a message, or what became of one of ours."""
    if mail.bounce and mail.bounce.original_id:
        return Batch(progress=list(_progress(mail.bounce, mail.date or now)))
    if without_mark(mail.sender.address) == without_mark(own):
        return Batch()  # our own mail came back to us: whoever answers it begins a loop
    return Batch([_arrival(mail, raw, own, now)])


def identifier(given: str) -> str:
    """Return a Message-ID as the house keeps it: not too long, and the same each time."""
    if len(given) <= _LONGEST_ID:
        return given
    return f"{given[:100]}~{hashlib.sha256(given.encode(errors='replace')).hexdigest()}"


def _arrival(mail: Mail, raw: bytes, own: str, now: datetime) -> Arrival:
    token, by = _token(mail, own)
    answers = [identifier(one) for one in (*mail.in_reply_to, *reversed(mail.references))]
    return Arrival(
        external_id=identifier(mail.message_id or f"sha256.{hashlib.sha256(raw).hexdigest()}"),
        sender=_sender(mail, own),
        text=_text(mail)[:_LONGEST_TEXT],
        sent_at=_sent_at(mail, now),
        subject=marks.unmarked(mail.subject),
        html=mail.html,
        whole=mail.text,
        attachments=tuple(
            Attachment(a.name, a.type, a.content, inside=a.content_id) for a in mail.attachments
        ),
        answers=tuple(dict.fromkeys(answers))[:_MOST_ANSWERED],
        token=token,
        copied=_copied(mail, own),
        is_automatic=not mail.answerable,
        raw=raw,
        details={"token_by": by, "authentication": list(mail.authentication)[:10]},
    )


def _text(mail: Mail) -> str:
    """Return what one reads: the reply; where there is none, whatever there is."""
    said = mail.visible_reply.strip() or mail.text.strip() or marks.unmarked(mail.subject)
    return said or ("" if mail.attachments else _NOTHING)


def _token(mail: Mail, own: str) -> tuple[str, str]:
    """Return the mark that was found, and where: the surest place first."""
    for address in _addresses(mail):
        if without_mark(address) == without_mark(own) and (token := marks.of_address(address)):
            return token, "address"
    for one in (*mail.in_reply_to, *reversed(mail.references)):
        if token := marks.of_id(one):
            return token, "id"
    token = marks.of_subject(mail.subject)
    return token, "subject" if token else ""


def _addresses(mail: Mail) -> Iterable[str]:
    yield from mail.delivered_to
    yield from (one.address for one in (*mail.to, *mail.cc))


def _sender(mail: Mail, own: str) -> Address:
    """Return who wrote; whom a form of the company's own names as the one to answer to, wrote."""
    sender, asked = mail.sender, mail.reply_to
    _local, _at, domain = own.rpartition("@")
    is_ours = sender.address.lower().endswith(f"@{domain.lower()}")
    if len(asked) == 1 and asked[0].address and (is_ours or not sender.address):
        sender = Mailbox(asked[0].name or sender.name, asked[0].address)
    return Address(KIND, sender.address.lower()[:254] or _NOBODY, sender.name[:200])


def _copied(mail: Mail, own: str) -> tuple[Address, ...]:
    """Return who else got it, but ourselves and its sender."""
    others: dict[str, Address] = {}
    for one in (*mail.to, *mail.cc):
        address = one.address.lower()[:254]
        if "@" in address and without_mark(address) not in {
            without_mark(own),
            without_mark(mail.sender.address),
        }:
            others.setdefault(address, Address(KIND, address, one.name[:200]))
    return tuple(others.values())[:_MOST_COPIED]


def _sent_at(mail: Mail, now: datetime) -> datetime:
    """Return when it came in, as far as that can be: never later than now, never before mail was.

    The last server on its way says so. What the sender's own clock says counts where no server did: who set it
    back would else be the one who has waited longest.
    """
    said = mail.received or mail.date
    if said is None or said.year < 1990:  # noqa: PLR2004
        return now
    return min(said if said.tzinfo else said.replace(tzinfo=UTC), now)


def _progress(bounce: Bounce, at: datetime) -> Iterable[Progress]:
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    words = f"{bounce.status} {bounce.diagnostic}".strip()[:500]
    original = identifier(bounce.original_id)
    if bounce.kind == "delivered":
        yield Progress(original, Stage.DELIVERED, at)
    elif bounce.kind == "complaint":
        yield Progress(original, Stage.FAILED, at, Failure.BLOCKED, words)
    elif bounce.permanent:
        is_full = bounce.status == _FULL
        failure = Failure.QUOTA if is_full else Failure.INVALID_RECIPIENT
        yield Progress(original, Stage.FAILED, at, failure, words)
    elif bounce.kind == "failed":
        yield Progress(original, Stage.FAILED, at, Failure.TRANSIENT, words)
