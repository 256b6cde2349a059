"""Rooms' rows as the frames of the wire (docs/wire.md)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from tongxin.center.kit import files
from tongxin.center.kit.files import FileRow
from tongxin.center.kit.ids import public_id
from tongxin.center.kit.richtext import to_html
from tongxin.service.conversations.queries import MessageRow, Visit
from tongxin.service.conversations.values import Kind, State, Status

# In a fact's data, what is an id, and what it is called on the wire.
_IDS = {
    "conversation_id": "conv", "message_id": "msg", "member_id": "mem", "merged_id": "conv",
    "part_id": "conv",
}  # fmt: skip


def time_of(at: datetime) -> str:
    return f"{at.astimezone(UTC).isoformat(timespec='milliseconds')[:-6]}Z"  # for +00:00


def file_frame(file: FileRow, now: datetime) -> dict[str, Any]:
    ticket = files.ticket(file.id, now=now)
    return {
        "id": public_id("file", file.id),
        "name": file.name,
        "type": file.content_type,
        "size": file.size,
        "url": f"/files/{ticket}/{quote(file.name)}",
        "width": file.width,
        "height": file.height,
    }


def message_frame(row: MessageRow, author: str, now: datetime, seen: int = 0) -> dict[str, Any]:
    """Return a message as the person sees it: theirs as plain text, ours as safe HTML."""
    from_visitor = row.kind is Kind.IN
    state = State.READ if from_visitor and row.id <= seen else row.state
    return {
        "id": public_id("msg", row.id),
        "client_id": row.client_id,
        "from": "visitor" if from_visitor else "agent",
        "author": author,
        "text": row.text,
        "html": "" if from_visitor else to_html(row.text),
        "files": [file_frame(f, now) for f in row.files],
        "at": time_of(row.sent_at),
        "state": state.value,
        "changed": row.changed.value or None,
    }


def conversation_frame(visit: Visit | None, agent: str) -> dict[str, Any]:
    return {"type": "conversation", "conversation": conversation(visit, agent)}


def conversation(visit: Visit | None, agent: str) -> dict[str, Any] | None:
    if visit is None:
        return None
    rating = visit.rating and {
        "score": visit.rating.score,
        "solved": visit.rating.solved,
        "comment": visit.rating.comment,
        "editable_until": time_of(visit.rating_until) if visit.rating_until else None,
    }
    return {
        "id": public_id("conv", visit.conversation_id),
        "status": "resolved" if visit.status is Status.RESOLVED else "open",
        "status_shown": visit.status_shown,
        "agent": agent or None,
        "rating": rating,
    }


def state_frame(state: str, whose: str, upto: int) -> dict[str, Any]:
    return {"type": "state", "state": state, "from": whose, "upto": public_id("msg", upto)}


def alert_frame(signal: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a member may want to hear of: on which occasion, of whom, and their words."""
    return {
        "type": "alert",
        "occasion": signal["o"],
        "conversation_id": public_id("conv", signal["c"]),
        "name": signal["n"],
        "text": signal["x"],
        "rings": bool(signal.get("r")),
    }


def fact_frame(signal: Mapping[str, Any]) -> dict[str, Any]:
    """Return a fact as agents' browsers hear it: what happened, to what, by whom."""
    data = signal.get("d") or {}
    ids = {name: public_id(prefix, data[name]) for name, prefix in _IDS.items() if data.get(name)}
    person_id = signal.get("p")
    if person_id:
        ids["person_id"] = public_id("per", person_id)
    return {"kind": signal["k"], "actor": signal["a"], **ids}
