"""Whether a mail reports that one of ours was not delivered: by the standard, or as servers are used to."""

import re
from collections.abc import Iterator
from dataclasses import replace

from tongxin.plugins.channel_email.mime import addresses, delivery_status, words
from tongxin.plugins.channel_email.mime.automatic import NO_REPLY
from tongxin.plugins.channel_email.mime.bounce_phrases import (
    COPIES,
    DAEMONS,
    DELAYED_BODY,
    FAILED_BODY,
    FAILED_SUBJECT,
)
from tongxin.plugins.channel_email.mime.delivery_status import CODE, STATUS
from tongxin.plugins.channel_email.mime.parts import Part, header
from tongxin.plugins.channel_email.mime.values import Bounce, BounceKind, Failure

LONGEST_SUBJECT = 500
READ = 10_000  # letters of a report's text that are looked at
NEAR = 600  # letters after an address in which the server's answer stands
MOST = 20
COPY_READ = 100_000
LETTER = r"[A-Za-z0-9_.+%~!#$&*/=?^{|}-]"
ADDRESS = re.compile(
    rf"(?<!{LETTER}){LETTER}{{1,80}}@[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{1,8}}", re.ASCII
)
MESSAGE_ID = re.compile(r"(?im)^[ >\t|]*message-id:\s*<?([^\s<>]{3,250}@[^\s<>]{1,250})>?")
ORIGINAL_TO = re.compile(r"(?im)^[ >\t|]*to:[^\n@]{0,200}?([^\s<>,;\"']{1,80}@[\w.-]{1,200})")


def bounce_of(top: Part, text: str) -> Bounce | None:
    """Return what a mail reports on deliveries, or None for any other."""
    leaves = list(top.leaves())
    found = next(filter(None, map(delivery_status.report_of, leaves)), None)
    copy = _copy(leaves)
    found = found or delivery_status.complaint_of(copy) or delivery_status.notification_of(text)
    if found is None and not _reports_failure(top, text, leaves):
        return None
    said, quoted = _before_copy(text[:READ])
    bounce = found or _as_told(top, said)
    return _completed(bounce, top, copy or quoted, said)


def _completed(bounce: Bounce, top: Part, copy: str, said: str) -> Bounce:
    """Fill in what a report leaves out, from its header, its text and the mail it sends back."""
    failures = bounce.failures
    if not bounce.recipients:
        inside = ORIGINAL_TO.search(copy)
        guesses = [*_failed_recipients(top), *([inside[1]] if inside else [])]
        known = failures[0] if failures else delivery_status.failure("", _answer(said))
        failures = tuple(replace(known, address=address) for address in dict.fromkeys(guesses)) or (
            known,
        )
    of_original = MESSAGE_ID.search(copy)
    own = top.text("message-id").strip("<>")
    asked = [
        one for one in words.text_of(top.first("in-reply-to")).split() if one.strip("<>") != own
    ]
    original = bounce.original_id or (
        of_original[1] if of_original else next(iter(asked), "").strip("<>")
    )
    return Bounce(bounce.kind, failures[:200], original)


def _reports_failure(top: Part, text: str, leaves: list[Part]) -> bool:
    """Weigh what speaks for a report: who wrote it, what it is called, what it says, what it brings back."""
    if top.first("x-failed-recipients"):
        return True
    sender = addresses.first([*top.all("from"), *top.all("sender")])
    daemon = bool(DAEMONS.search(f"{sender.name} {sender.address}".lower()) or _is_unsigned(top))
    titled = bool(FAILED_SUBJECT.search(top.text("subject")[:LONGEST_SUBJECT].lower()))
    if not (daemon or titled or NO_REPLY.search(sender.address.lower())):
        return False
    said, quoted = _before_copy(text[:READ])
    worded = _tells_failure(said)
    coded = bool((STATUS.search(said) or CODE.search(said)) and ADDRESS.search(said))
    returned = bool(quoted) or any(
        leaf.type.startswith(("message/rfc822", "text/rfc822")) for leaf in leaves
    )
    if daemon:
        return titled or worded or coded or returned
    return (worded or coded) and (returned or coded)


def _tells_failure(said: str) -> bool:
    body = " ".join(said.lower().split())
    return bool(FAILED_BODY.search(body) or DELAYED_BODY.search(body))


def _is_unsigned(top: Part) -> bool:
    """Tell whether the mail was sent from nobody, as only reports may be (RFC 5321, 4.5.5)."""
    paths = [words.text_of(value) for value in top.all("return-path")]
    senders = [words.text_of(value) for value in top.all("from")]
    return any(value in ("<>", "<MAILER-DAEMON>") for value in paths[:1]) or senders == ["<>"]


def _as_told(top: Part, said: str) -> Bounce:
    """Read a report that is written for people."""
    subject = top.text("subject").lower()
    body = " ".join(said.lower().split())
    late = bool(DELAYED_BODY.search(body) or "delay" in subject) and not FAILED_SUBJECT.search(
        subject
    )
    kind: BounceKind = "delayed" if late or "(delay)" in subject else "failed"
    mine = {box.address.lower() for value in top.all("to") for box in addresses.parsed(value)}
    named = list(dict.fromkeys(_failed_recipients(top))) or _addresses_in(said, mine)
    return Bounce(kind, tuple(_failure_in(said, address) for address in named[:MOST]))


def _failed_recipients(top: Part) -> Iterator[str]:
    for name in ("x-failed-recipients", "x-actual-recipient", "x-original-to-failed"):
        for value in top.all(name):
            yield from (box.address for box in addresses.parsed(value) if box.address)


def _addresses_in(said: str, mine: set[str]) -> list[str]:
    """Return the first address that a report speaks of; the others are who wrote it and where it ran."""
    found = (match[0].strip(".").removeprefix("mailto:") for match in ADDRESS.finditer(said))
    strangers = [
        one
        for one in dict.fromkeys(found)
        if one.lower() not in mine and not DAEMONS.search(one.lower())
    ]
    return strangers[:1]


def _failure_in(said: str, address: str) -> Failure:
    at = said.find(address)
    near = said[at : at + NEAR] if at >= 0 else ""
    answer = _answer(near) or _answer(said)
    return delivery_status.failure(address, answer or " ".join(near.split()))


def _answer(said: str) -> str:
    """Return what the other server said: the line with its code, and what belongs to it."""
    found = CODE.search(said) or STATUS.search(said)
    return " ".join(said[found.start() : found.start() + 300].split()) if found else ""


def _copy(leaves: list[Part]) -> str:
    """Return the header of the mail that is sent back."""
    for leaf in leaves:
        if leaf.type in (
            "message/rfc822",
            "text/rfc822-headers",
            "message/global",
            "message/global-headers",
        ):
            content = leaf.content()[:COPY_READ].lstrip()
            _, end = header(content, 0, [])
            return content[:end].decode("utf-8", "replace")
    return ""


def _before_copy(text: str) -> tuple[str, str]:
    """Cut a report where the mail it is about begins."""
    found = COPIES.search(text)
    return (text[: found.start()], text[found.start() :]) if found else (text, "")
