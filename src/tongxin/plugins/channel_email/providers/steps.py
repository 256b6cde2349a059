"""How far a mail of ours came, as its provider tells it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from anymail.signals import EventType, RejectReason

from tongxin.plugins.channel_email.arrivals import identifier
from tongxin.sdk import Failure, Progress, Stage

NAME, TO = "tongxin_id", "tongxin_to"  # what we have a provider say back to us
_LONGEST_WORDS = 500
_PASSING = re.compile(r"\b4\.\d{1,3}\.\d{1,3}\b")
_FULL = re.compile(r"\b5\.2\.2\b")
_SOFT = frozenset(
    {"SoftBounce", "soft_bounce", "blocked", "Transient"}
)  # as Postmark, Brevo and Mandrill, SendGrid, and Amazon SES say it
_NOBODY = frozenset({RejectReason.INVALID, RejectReason.BOUNCED})
_STAGES = {
    EventType.SENT: Stage.SENT, EventType.DEFERRED: Stage.SENT, EventType.DELIVERED: Stage.DELIVERED,
    EventType.BOUNCED: Stage.FAILED, EventType.REJECTED: Stage.FAILED, EventType.FAILED: Stage.FAILED,
    EventType.COMPLAINED: Stage.FAILED,
}  # fmt: skip


def progress_of(events: Iterable[Any], now: datetime) -> Iterator[Progress]:
    """Return what became of mails; of what goes to several, what became of the first one's."""
    for event in events:
        said = event.metadata if isinstance(event.metadata, dict) else {}
        to = str(said.get(TO) or "").lower()
        stage = _STAGES.get(event.event_type)
        name = str(said.get(NAME) or event.message_id or "").strip().strip("<>")
        if stage is None or not name or (to and to != str(event.recipient or to).lower()):
            continue
        words = " ".join(str(w) for w in (event.description, event.mta_response) if w)
        failure = _failure(event, words) if stage is Stage.FAILED else None
        yield Progress(
            identifier(name), stage, _at(event.timestamp, now), failure, words[:_LONGEST_WORDS]
        )


def _failure(event: Any, words: str) -> Failure:  # noqa: ANN401 - anymail has no types
    kind, reason = event.event_type, event.reject_reason
    if kind == EventType.COMPLAINED:
        return Failure.BLOCKED
    if kind == EventType.FAILED:
        return Failure.CONTENT
    if kind == EventType.REJECTED:
        return Failure.INVALID_RECIPIENT if reason in _NOBODY else Failure.BLOCKED
    return _bounced(event, words)


def _bounced(event: Any, words: str) -> Failure:  # noqa: ANN401
    raw = event.esp_event if isinstance(event.esp_event, Mapping) else {}
    if _FULL.search(words):
        return Failure.QUOTA
    is_soft = any(raw.get(name) in _SOFT for name in ("Type", "event", "type"))
    if is_soft or _PASSING.search(words):
        return Failure.TRANSIENT
    return Failure.INVALID_RECIPIENT


def _at(said: datetime | None, now: datetime) -> datetime:
    if said is None:
        return now
    return min(said if said.tzinfo else said.replace(tzinfo=UTC), now)
