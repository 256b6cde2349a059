"""How much members hold, what they can do, and how an inbox's conversations find them."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tongxin.center.accounts.models import Member
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import InboxId, MemberId
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.registry import action
from tongxin.center.kit.sql import rows
from tongxin.center.kit.text import clean
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about
from tongxin.service.channels.queries import inboxes_by_id
from tongxin.service.queues.values import Strategy
from tongxin.service.team.events import CapacityChanged, PhoneChanged, RoutingChanged, SkillsChanged
from tongxin.service.team.rules import CAPACITY, phone_of

_MOST_CAPACITY, _MOST_WORDS, _LONGEST_WORD = 1000, 50, 40
# Whoever was never here has the usual; a row is written where something differs.
_NEW = """
INSERT INTO team_presence AS presence
    (member_id, workspace_id, chosen, state, away_for, since, seen_at, capacity, skills, languages, phone)
SELECT m.id, m.workspace_id, 'online', 'offline', '', %(now)s, %(now)s, {capacity}, {skills}, {languages}, {phone}
FROM accounts_member m WHERE m.id = ANY(%(ids)s::bigint[])
ON CONFLICT (member_id) DO UPDATE SET {changes} WHERE {differs} RETURNING member_id
"""
_SET_CAPACITY = _NEW.format(
    capacity="%(capacity)s", skills="'{}'", languages="'{}'", phone="''",
    changes="capacity = excluded.capacity",
    differs="presence.capacity <> excluded.capacity",
)  # fmt: skip
_SET_SKILLS = _NEW.format(
    capacity="%(usual)s", skills="%(skills)s::varchar[]", languages="%(languages)s::varchar[]", phone="''",
    changes="skills = excluded.skills, languages = excluded.languages",
    differs="(presence.skills, presence.languages) <> (excluded.skills, excluded.languages)",
)  # fmt: skip
_SET_PHONE = _NEW.format(
    capacity="%(usual)s", skills="'{}'", languages="'{}'", phone="%(phone)s",
    changes="phone = excluded.phone", differs="presence.phone <> excluded.phone",
)  # fmt: skip
_SET_ROUTING = """
INSERT INTO team_inboxrouting AS routing (inbox_id, is_automatic, weight, strategy, skills)
SELECT inbox_id, %(is_automatic)s, %(weight)s, %(strategy)s, %(skills)s::varchar[]
FROM unnest(%(ids)s::bigint[]) inbox_id
ON CONFLICT (inbox_id) DO UPDATE SET is_automatic = excluded.is_automatic, weight = excluded.weight,
    strategy = excluded.strategy, skills = excluded.skills
WHERE (routing.is_automatic, routing.weight, routing.strategy, routing.skills)
   <> (excluded.is_automatic, excluded.weight, excluded.strategy, excluded.skills)
RETURNING inbox_id
"""


@action("capacity.set", needs="member.write")
def set_capacity(
    *, actor: Actor, member_ids: Sequence[MemberId], capacity: int, now: datetime
) -> int:
    """Set how much members hold at once (a chat takes 20 of the usual 100); returns how many changed.

    Raises Refused: ``capacity.range`` (0 to 1000).
    """
    if not 0 <= capacity <= _MOST_CAPACITY:
        raise Refused("capacity.range", _("A capacity is 0 to 1000."))
    ids = _here(actor, member_ids)
    changed = [
        pk
        for (pk,) in rows(
            _SET_CAPACITY, {"ids": ids, "capacity": capacity, "now": now, "usual": CAPACITY}
        )
    ]
    record(
        CapacityChanged(
            **about(actor.workspace_id, actor.label, "member", pk, now),
            member_id=pk,
            capacity=capacity,
        )
        for pk in changed
    )
    return len(changed)


@action("skills.set", needs="member.write")
def set_skills(
    *, actor: Actor, member_ids: Sequence[MemberId], skills: Sequence[str], languages: Sequence[str],
    now: datetime,
) -> int:  # fmt: skip
    """Set what members can do, and which languages they speak (``zh``, ``en``); returns how many changed.

    Raises Refused: ``skills.words`` (at most 50 words of 1 to 40 characters each).
    """
    known, spoken = _words(skills), _words([language.lower() for language in languages])
    values = {
        "ids": _here(actor, member_ids), "skills": known, "languages": spoken, "now": now,
        "usual": CAPACITY,
    }  # fmt: skip
    changed = [pk for (pk,) in rows(_SET_SKILLS, values)]
    record(
        SkillsChanged(
            **about(actor.workspace_id, actor.label, "member", pk, now),
            member_id=pk, skills=known, languages=spoken,
        )
        for pk in changed
    )  # fmt: skip
    return len(changed)


@action("phone.set", needs="member.write")
def set_phone(*, actor: Actor, member_ids: Sequence[MemberId], phone: str, now: datetime) -> int:
    """Set at which number members are rung when somebody calls ("": at none); returns how many changed.

    Raises Refused: ``phone.invalid`` (``+8613800138000`` or ``sip:...``).
    """
    if (number := phone_of(clean(phone))) is None:
        raise Refused("phone.invalid", _("Write the number with its country: +86 138 0013 8000."))
    values = {"ids": _here(actor, member_ids), "phone": number, "now": now, "usual": CAPACITY}
    changed = [pk for (pk,) in rows(_SET_PHONE, values)]
    record(
        PhoneChanged(**about(actor.workspace_id, actor.label, "member", pk, now), member_id=pk)
        for pk in changed
    )
    return len(changed)


@action("routing.set", needs="inbox.write")
def set_routing(  # noqa: PLR0913 - one column each
    *, actor: Actor, inbox_ids: Sequence[InboxId], is_automatic: bool = True, weight: int = 20,
    strategy: Strategy = Strategy.LEAST_BUSY, skills: Sequence[str] = (), now: datetime,
) -> int:  # fmt: skip
    """Set how conversations of these inboxes find somebody; returns how many changed.

    ``weight``: what one takes of a member's capacity; ``skills``: what somebody must know to get one.
    Raises Refused: ``routing.weight`` (1 to 1000), ``skills.words``.
    """
    if not 1 <= weight <= _MOST_CAPACITY:
        raise Refused("routing.weight", _("A weight is 1 to 1000."))
    needed = _words(skills)
    found = inboxes_by_id(inbox_ids=inbox_ids).values()
    ids = [inbox.id for inbox in found if inbox.workspace_id == actor.workspace_id]
    values = {
        "ids": ids, "is_automatic": is_automatic, "weight": weight, "strategy": strategy.value,
        "skills": needed,
    }  # fmt: skip
    changed = [pk for (pk,) in rows(_SET_ROUTING, values)]
    record(
        RoutingChanged(
            **about(actor.workspace_id, actor.label, "inbox", pk, now),
            inbox_id=pk, is_automatic=is_automatic, weight=weight, strategy=strategy.value, skills=needed,
        )
        for pk in changed
    )  # fmt: skip
    return len(changed)


def _here(actor: Actor, member_ids: Sequence[int]) -> list[int]:
    here = Member.objects.filter(
        workspace_id=actor.workspace_id, removed_at=None, pk__in=member_ids
    )
    return list(here.order_by("pk").values_list("pk", flat=True))


def _words(words: Sequence[str]) -> list[str]:
    """Return words without doubles, in order. Raises Refused: ``skills.words``."""
    found = sorted({clean(word).strip() for word in words} - {""})
    if len(found) > _MOST_WORDS or any(len(word) > _LONGEST_WORD for word in found):
        raise Refused("skills.words", _("At most 50 words, each of at most 40 characters."))
    return found
