"""Hand mails to an SMTP server, and say in the house's words why it took one or did not."""

import re
import smtplib
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from tongxin.plugins.channel_email import letters
from tongxin.plugins.channel_email.entry import Entry
from tongxin.sdk import Departure, Failure, Receipt, Undelivered, Unreachable

PATIENCE = 20.0  # seconds for each answer of the server
_ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_BY_STATUS = {
    "5.1.": Failure.INVALID_RECIPIENT, "5.2.1": Failure.INVALID_RECIPIENT, "5.2.2": Failure.QUOTA,
    "5.2.3": Failure.MEDIA, "5.3.4": Failure.MEDIA, "5.4.": Failure.INVALID_RECIPIENT,
    "5.6.": Failure.CONTENT, "5.7.": Failure.BLOCKED, "4.7.": Failure.RATE,
}  # fmt: skip
_BY_CODE = {
    421: Failure.TRANSIENT, 452: Failure.RATE, 530: Failure.AUTH, 534: Failure.AUTH, 535: Failure.AUTH,
    550: Failure.INVALID_RECIPIENT, 551: Failure.INVALID_RECIPIENT, 552: Failure.MEDIA,
    553: Failure.INVALID_RECIPIENT, 554: Failure.BLOCKED,
}  # fmt: skip
_FIRST_OF_LASTING = 500
_LOST = (OSError, smtplib.SMTPException, Undelivered, Unreachable)


def post(
    settings: Mapping[str, Any], entry: Entry, departures: Sequence[Departure]
) -> list[Receipt]:
    """Send mails over one connection; a receipt each. What the server never heard of is transient."""
    receipts: list[Receipt] = []
    try:
        with connected(settings, entry) as server:
            receipts.extend(_sent(server, settings, departure) for departure in departures)
    except _LOST as failure:
        error, words = failure_of(failure)
        left = departures[len(receipts) :]
        receipts += [Receipt(one.message_id, error=error, detail=words) for one in left]
    return receipts


@contextmanager
def connected(settings: Mapping[str, Any], entry: Entry) -> Iterator[smtplib.SMTP]:
    """Open a connection and log in. Raises OSError, smtplib.SMTPException, Undelivered, Unreachable."""
    server = entry.let_in(lambda: _opened(settings, entry))
    try:
        yield server
    finally:
        _close(server)


def greet(settings: Mapping[str, Any], entry: Entry) -> None:
    """Log in and say nothing. Raises Unreachable and Undelivered."""
    try:
        with connected(settings, entry) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as failure:
        raise Unreachable(failure_of(failure)[1]) from failure


def _opened(settings: Mapping[str, Any], entry: Entry) -> smtplib.SMTP:
    host, port = str(settings["smtp_host"]), int(settings["smtp_port"])
    security = settings["smtp_security"]
    if not host:  # smtplib would wait for ``connect``
        raise Undelivered(Failure.AUTH, "no SMTP server is named")
    if security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, port, timeout=PATIENCE, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(host, port, timeout=PATIENCE)
    try:
        if security == "starttls":
            server.starttls(context=ssl.create_default_context())
        entry.by_smtp(server)
    except _LOST:
        _close(server)
        raise
    return server


def _close(server: smtplib.SMTP) -> None:
    with suppress(OSError, smtplib.SMTPException):
        server.quit()


def failure_of(failure: Exception) -> tuple[Failure, str]:
    """Return what a server's refusal means, and its own words."""
    if isinstance(failure, Undelivered):
        return failure.failure, failure.detail
    if isinstance(failure, smtplib.SMTPRecipientsRefused):
        return _meaning(*next(iter(failure.recipients.values())))
    if isinstance(failure, smtplib.SMTPResponseException):
        return _meaning(failure.smtp_code, failure.smtp_error)
    if isinstance(failure, smtplib.SMTPNotSupportedError | ssl.SSLCertVerificationError):
        return Failure.AUTH, str(failure)[
            :500
        ]  # it offers no log-in, no encryption, or a false one
    return Failure.TRANSIENT, str(failure)[:500]


def _meaning(code: int, said: bytes | str) -> tuple[Failure, str]:
    words = said.decode(errors="replace") if isinstance(said, bytes) else said
    return _kind(code, words), f"{code} {words}"[:500]


def _kind(code: int, words: str) -> Failure:
    found = _ENHANCED.search(words)
    status = found[1] if found else ""
    for beginning, failure in _BY_STATUS.items():
        if status.startswith(beginning) and code not in {530, 534, 535}:
            return failure
    usual = Failure.CONTENT if code >= _FIRST_OF_LASTING else Failure.TRANSIENT
    return _BY_CODE.get(code, usual)


def _sent(server: smtplib.SMTP, settings: Mapping[str, Any], departure: Departure) -> Receipt:
    mail = letters.letter_of(departure, settings)
    # Nobody may answer a machine's answer: its envelope has no sender (RFC 3834, section 3.3).
    sender = "" if departure.is_automatic else str(settings["address"])
    try:
        refused = server.send_message(mail, sender, letters.recipients(departure))
    except smtplib.SMTPServerDisconnected:
        raise
    except (
        smtplib.SMTPNotSupportedError
    ) as failure:  # no letters of the world in addresses (RFC 6531)
        return Receipt(departure.message_id, error=Failure.INVALID_RECIPIENT, detail=str(failure))
    except (smtplib.SMTPException, ValueError, UnicodeError) as failure:
        with suppress(smtplib.SMTPException):
            server.rset()
        error, words = failure_of(failure)
        return Receipt(departure.message_id, error=error, detail=words)
    if departure.recipient.value in refused:
        error, words = failure_of(
            smtplib.SMTPRecipientsRefused(dict([next(iter(refused.items()))]))
        )
        return Receipt(departure.message_id, error=error, detail=words)
    return Receipt(departure.message_id, external_id=mail["Message-ID"].strip("<>"))
