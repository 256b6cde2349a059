"""Whose it is: passed on with what the next one needs to know, and refused to whoever is too late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tongxin.center.accounts.models import Member
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.sql import rows
from tongxin.center.kit.text import clean
from tongxin.service.conversations.models import Conversation
from tongxin.service.conversations.values import Owner, Status

LONGEST_REASON, LONGEST_SUMMARY, MOST_TRIED = 200, 2000, 20
_GIVE = """
UPDATE conversations_conversation SET
    assignee_id = %(member)s, assigned_at = CASE WHEN %(member)s::bigint IS NULL THEN NULL ELSE %(now)s END,
    with_assistant = %(assistant)s, queue_id = COALESCE(%(queue)s::bigint, queue_id), returned_by = 0,
    waiting_since = CASE WHEN %(assistant)s THEN waiting_since ELSE COALESCE(waiting_since, %(now)s) END,
    status = CASE WHEN status = 'waiting' AND NOT %(assistant)s THEN 'open' ELSE status END,
    label_id = CASE WHEN status = 'waiting' AND NOT %(assistant)s THEN NULL ELSE label_id END,
    is_snoozed = false, snoozed_until = NULL
WHERE id = ANY(%(ids)s::bigint[]) RETURNING id, fence
"""


@dataclass(frozen=True)
class To:
    """Whom conversations are passed on to; ``queue_id`` null: to the queue they are in."""

    owner: Owner
    member_id: int | None = None
    queue_id: int | None = None

    def has(self, c: Conversation) -> bool:
        """Whether a conversation is theirs already."""
        return (
            owner_of(c) is self.owner
            and c.assignee_id == self.member_id
            and self.queue_id in {None, c.queue_id}
        )


@dataclass(frozen=True)
class Handover:
    """What the next one needs to know: why, what it is about, and what was tried."""

    reason: str
    summary: str = ""
    tried: tuple[str, ...] = ()

    @classmethod
    def checked(cls, reason: str, summary: str, tried: Sequence[str]) -> Self:
        """Return what is to be said. Raises Refused: ``hand_over.reason``, ``hand_over.too_long``."""
        said = cls(clean(reason).strip(), clean(summary).strip(), _lines(tried))
        if not said.reason:
            raise Refused("hand_over.reason", _("Say why you hand it over."))
        long = len(said.reason) > LONGEST_REASON or len(said.summary) > LONGEST_SUMMARY
        if long or len(said.tried) > MOST_TRIED or any(len(t) > LONGEST_REASON for t in said.tried):
            raise Refused(
                "hand_over.too_long",
                _(
                    "The reason and what was tried have at most 200 characters each, the summary 2,000."
                ),
            )
        return said

    @property
    def note(self) -> str:
        """Return it as a note for colleagues, in the writer's language."""
        parts = [gettext("**Handed over:** %(reason)s") % {"reason": self.reason}]
        if self.summary:
            parts.append(self.summary)
        if self.tried:
            tried = "\n".join(f"- {one}" for one in self.tried)
            parts.append(gettext("**Tried so far:**") + "\n" + tried)
        return "\n\n".join(parts)


def owner_of(c: Conversation) -> Owner:
    """Return whose a conversation is."""
    if c.assignee_id is not None:
        return Owner.AGENT
    return Owner.ASSISTANT if c.with_assistant else Owner.QUEUE


def check_fence(
    actor: Actor, asked: Sequence[int], found: Sequence[Conversation], fence: int | None
) -> None:
    """Refuse whoever acts on an owner that is over: ``conversation.moved_on``.

    The assistant always has to say on which it acts, and acts on nothing that is not its own.
    """
    if not found:
        return
    mine = actor.kind != "assistant" or (fence is not None and all(c.with_assistant for c in found))
    same = fence is None or (
        len(asked) == 1 and all(c.pk in asked and c.fence == fence for c in found)
    )
    if not (mine and same):
        raise Refused(
            "conversation.moved_on",
            _("Somebody else has it meanwhile: look again before you act."),
            Reason.CONFLICT,
        )


def check_member(actor: Actor, member_id: int) -> None:
    """Refuse who does not work here, or no longer: ``member.missing``."""
    here = Member.objects.filter(workspace_id=actor.workspace_id, removed_at=None)
    if not here.filter(pk=member_id).exists():
        raise Refused("member.missing", _("There is no such member."), Reason.MISSING)


def can_pass_on(c: Conversation, to: To) -> bool:
    """Whether a conversation would change hands; what is settled stays where it is."""
    return c.status != Status.RESOLVED and not to.has(c)


def pass_on(conversations: Sequence[Conversation], to: To, now: datetime) -> dict[int, int]:
    """Give conversations another owner; return their fences. Who gets them owes an answer from now on."""
    values = {
        "ids": [c.pk for c in conversations], "member": to.member_id, "queue": to.queue_id, "now": now,
        "assistant": to.owner is Owner.ASSISTANT,
    }  # fmt: skip
    return dict(rows(_GIVE, values))


def _lines(tried: Sequence[str]) -> tuple[str, ...]:
    return tuple(line for one in tried if (line := " ".join(clean(one).split())))
