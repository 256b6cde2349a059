"""Why a verb cannot be done to a conversation, told one by one."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from tongxin.center.kit.actor import Actor
from tongxin.service.conversations.actions.locking import held, superseded
from tongxin.service.conversations.actions.wrapping import lacking
from tongxin.service.conversations.models import Conversation
from tongxin.service.conversations.values import Kind, Status


def obstacles(
    *, actor: Actor, conversation_ids: Sequence[int], verb: str, since: datetime
) -> dict[int, str]:
    """Return the conversations that a verb would pass over or refuse, with the code of why.

    Codes: ``conversation.missing``; ``.resolved`` (to snooze); ``.has_newer`` (to reopen, also by a status);
    ``.wrote_again`` (to resolve what somebody chose at ``since``); ``wrap_up.required``.
    The caller's transaction holds them.
    """
    found = held(actor, conversation_ids)
    missing = dict.fromkeys(set(conversation_ids) - {c.pk for c in found}, "conversation.missing")
    return missing | _OF.get(verb, _none)(found, since)


def _to_resolve(found: Sequence[Conversation], since: datetime) -> dict[int, str]:
    settling = [c for c in found if c.status != Status.RESOLVED]
    later = (c.pk for c in settling if c.last_at > since and c.last_kind == Kind.IN)
    return dict.fromkeys(lacking(settling), "wrap_up.required") | dict.fromkeys(
        later, "conversation.wrote_again"
    )


def _to_reopen(found: Sequence[Conversation], since: datetime) -> dict[int, str]:
    over = superseded([c for c in found if c.status == Status.RESOLVED])
    return dict.fromkeys(over, "conversation.has_newer")


def _to_snooze(found: Sequence[Conversation], since: datetime) -> dict[int, str]:
    return {c.pk: "conversation.resolved" for c in found if c.status == Status.RESOLVED}


def _none(found: Sequence[Conversation], since: datetime) -> dict[int, str]:
    return {}


_OF: Mapping[str, Callable[[Sequence[Conversation], datetime], dict[int, str]]] = {
    "resolve": _to_resolve,
    "reopen": _to_reopen,
    "snooze": _to_snooze,
    "status": _to_reopen,
}
