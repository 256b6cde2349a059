"""Reports on deliveries that machines write for machines: RFC 3464, RFC 5965 (complaints), Amazon's JSON."""

import json
import re
from collections.abc import Iterator
from typing import Any, Literal

from tongxin.plugins.channel_email.mime import words
from tongxin.plugins.channel_email.mime.parts import Part, header
from tongxin.plugins.channel_email.mime.values import Bounce, BounceKind, Failure

Fields = dict[str, str]
STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
CODE = re.compile(r"(?<![\d.])([45]\d\d)[ ,:-]")
ADDRESS = re.compile(r"[^\s<>,;:\"'()\[\]]{1,256}@[^\s<>,;:\"'()\[\]]{1,255}")
BLOCKS = re.compile(rb"\r?\n[ \t]*\r?\n")
MOST_FAILURES, LONGEST_DIAGNOSTIC, LONGEST = 200, 1000, 500_000
HOTMAIL = re.compile(r"(?im)^x-hmxmroriginalrecipient:\s*<?([^\s<>]{1,300}@[^\s<>]{1,255})")
ACTIONS: dict[str, BounceKind] = {
    "failed": "failed",
    "failure": "failed",
    "expired": "failed",
    "delayed": "delayed",
    "delivered": "delivered",
    "relayed": "delivered",
    "expanded": "delivered",
}


def report_of(part: Part) -> Bounce | None:
    """Return what one part of a report says of deliveries."""
    if part.type in ("message/delivery-status", "message/global-delivery-status"):
        return _delivery(list(_blocks(part.content()[:LONGEST])))
    if part.type == "message/feedback-report":
        return _complaint(list(_blocks(part.content()[:LONGEST])))
    return None


def complaint_of(copy: str) -> Bounce | None:
    """Return a complaint that is no report but the mail alone, as Hotmail sends it back."""
    found = HOTMAIL.search(copy)
    return Bounce("complaint", (Failure(found[1], "", False, "abuse"),)) if found else None


def notification_of(text: str) -> Bounce | None:
    """Return what Amazon SES tells by SNS, as JSON in a plain mail."""
    if "notificationType" not in text[:LONGEST]:
        return None
    told = _object(text[:LONGEST].replace("!\n ", ""))  # servers break long lines so
    if "Message" in told:
        told = _object(str(told["Message"]))
    return _amazon(told)


def _object(text: str) -> dict[str, Any]:
    try:
        told, _ = json.JSONDecoder(strict=False).raw_decode(text, text.find("{"))
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _amazon(told: dict[str, Any]) -> Bounce | None:
    kinds: dict[str, BounceKind] = {
        "Bounce": "failed",
        "Complaint": "complaint",
        "Delivery": "delivered",
    }
    kind = kinds.get(str(told.get("notificationType")))
    about = told.get(str(told.get("notificationType")).lower())
    if kind is None or not isinstance(about, dict):
        return None
    people = (
        about.get("bouncedRecipients")
        or about.get("complainedRecipients")
        or about.get("recipients")
        or []
    )
    permanent = about.get("bounceType") != "Transient"
    failures = tuple(
        Failure(
            str(one.get("emailAddress", "")),
            str(one.get("status", "")),
            permanent,
            str(one.get("diagnosticCode", "")),
        )
        if isinstance(one, dict)
        else Failure(str(one))
        for one in people[:MOST_FAILURES]
        if isinstance(people, list)
    )
    mail = told.get("mail")
    return Bounce(kind, failures, str(mail.get("messageId", "")) if isinstance(mail, dict) else "")


def _blocks(content: bytes) -> Iterator[Fields]:
    """Yield the groups of fields of a report."""
    for block in BLOCKS.split(content.strip(b"\r\n"))[: MOST_FAILURES + 1]:
        fields, _ = header(block, 0, [])
        if fields:
            yield {name: words.text_of(value) for name, value in reversed(fields)}


def _delivery(blocks: list[Fields]) -> Bounce | None:
    told = [
        block
        for block in blocks
        if "final-recipient" in block or "original-recipient" in block or "action" in block
    ]
    failures = [(_kind(block), _failure(block)) for block in told]
    ranked: list[Literal["failed", "delayed", "delivered"]] = ["failed", "delayed", "delivered"]
    for kind in ranked:
        if found := tuple(failure for its_kind, failure in failures if its_kind == kind):
            return Bounce(kind, found)
    return Bounce("failed") if blocks else None


def _kind(block: Fields) -> BounceKind:
    said = block.get("action", "").split()
    action = said[0].lower().strip(";,.") if said else ""
    status = block.get("status", "")
    return ACTIONS.get(action) or ("delivered" if status.startswith("2") else "failed")


def _failure(block: Fields) -> Failure:
    address = _address(block.get("original-recipient", "")) or _address(
        block.get("final-recipient", "")
    )
    final = _address(block.get("final-recipient", "")) or _address(
        block.get("x-actual-recipient", "")
    )
    diagnostic = block.get("diagnostic-code", "")
    return failure(address or final, diagnostic, block.get("status", ""))


def failure(address: str, diagnostic: str, said: str = "") -> Failure:
    """Return what became of one address; the status told is believed, or found in what the server said."""
    found = STATUS.search(said) or STATUS.search(diagnostic)
    vague = found is not None and found[0][1:] == ".0.0"
    nearer = STATUS.search(diagnostic) if vague else None
    named = nearer or found
    status = named[0] if named else ""
    code = CODE.search(diagnostic)
    permanent = not (status or (code[1] if code else "")).startswith("4")
    if not status and code:
        status = f"{code[1][0]}.0.0"
    return Failure(address, status, permanent, diagnostic[:LONGEST_DIAGNOSTIC])


def _address(field: str) -> str:
    """Return the address of ``rfc822; somebody@example.com``."""
    found = ADDRESS.search(field.rpartition(";")[2] if ";" in field else field)
    return found[0].strip(".<>") if found else ""


def _complaint(blocks: list[Fields]) -> Bounce:
    told = blocks[0] if blocks else {}
    for name in ("original-rcpt-to", "removal-recipient", "redacted-address"):
        if address := _address(told.get(name, "")):
            return Bounce(
                "complaint", (Failure(address, "", False, told.get("feedback-type", "")),)
            )
    return Bounce("complaint", (Failure("", "", False, told.get("feedback-type", "")),))
