"""What conversations may be about, and what is asked at their end."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tongxin.center.attributes.queries import shapes
from tongxin.center.attributes.values import Thing
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import InboxId, TopicId
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import action
from tongxin.center.kit.text import clean
from tongxin.center.kit.turns import take_turns
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about
from tongxin.service.channels.queries import inboxes_by_id
from tongxin.service.conversations.events import TopicChanged, TopicCreated, WrapUpFormSet
from tongxin.service.conversations.models import Topic, WrapUpForm
from tongxin.service.conversations.values import Asks

MOST, LEVELS = 500, 3
_LONGEST, _MOST_KEYS = 60, 20
_TURN = "conversations.topics"


@action("topic.create", needs="workspace.write")
def create_topic(
    *, actor: Actor, name: str, parent_id: TopicId | None = None, now: datetime
) -> TopicId:
    """Add a topic, below another where one is named.

    Raises Refused: ``topic.missing``, ``topic.depth`` (three levels), ``topic.name`` (1 to 60
    characters), ``topic.exists``, ``topic.too_many`` (500).
    """
    mine = _mine(actor)
    if len(mine) >= MOST:
        raise Refused("topic.too_many", _("At most 500 topics."), Reason.LIMITED)
    if parent_id is not None and _depth(mine, parent_id) >= LEVELS:
        raise Refused("topic.depth", _("Topics have at most three levels."))
    made = Topic.objects.create(
        workspace_id=actor.workspace_id, parent_id=parent_id, name=_name(mine, name, parent_id, 0)
    )
    told = about(actor.workspace_id, actor.label, "topic", made.pk, now)
    record([TopicCreated(**told, topic_id=made.pk, name=made.name)])
    return made.pk


@action("topic.change", needs="workspace.write")
def change_topic(
    *, actor: Actor, topic_id: TopicId, name: str, is_enabled: bool = True, now: datetime
) -> int:
    """Rename a topic, offer it or no longer; conversations keep it. Returns 1 where something changed.

    Raises Refused: ``topic.missing``, ``topic.name``, ``topic.exists``.
    """
    mine = _mine(actor)
    topic = mine.get(topic_id)
    if topic is None:
        raise missing()
    wanted = (_name(mine, name, topic.parent_id, topic.pk), is_enabled)
    if (topic.name, topic.is_enabled) == wanted:
        return 0
    topic.name, topic.is_enabled = wanted
    topic.save(update_fields=["name", "is_enabled"])
    told = about(actor.workspace_id, actor.label, "topic", topic.pk, now)
    record([TopicChanged(**told, topic_id=topic.pk, name=topic.name, is_enabled=is_enabled)])
    return 1


@action("inbox.set_wrap_up", needs="inbox.write")
def set_wrap_up(
    *, actor: Actor, inbox_ids: Sequence[InboxId], asks: Asks, is_strict: bool = False,
    keys: Sequence[str] = (), now: datetime,
) -> int:  # fmt: skip
    """Choose what is asked when conversations of inboxes are settled; returns how many inboxes changed.

    Beside the topic, ``keys`` are attributes of conversations. What **must** be said is asked at the
    desk; where it is strict, no door settles a conversation without it. Raises Refused:
    ``attribute.unknown``, ``wrap_up.keys`` (at most 20).
    """
    kept = checked_keys(actor, keys)
    here = [i.id for i in inboxes_by_id(inbox_ids=inbox_ids).values()
            if i.workspace_id == actor.workspace_id]  # fmt: skip
    in_turn(actor)
    known = {form.pk: form for form in WrapUpForm.objects.filter(pk__in=here)}
    wanted = (asks.value, is_strict, kept)
    changing = [
        pk for pk in sorted(here)
        if (f := known.get(pk)) is None or (f.asks, f.is_strict, f.keys) != wanted
    ]  # fmt: skip
    WrapUpForm.objects.bulk_create(
        [WrapUpForm(inbox_id=pk, asks=asks.value, is_strict=is_strict, keys=kept) for pk in changing],
        update_conflicts=True, unique_fields=["inbox"], update_fields=["asks", "is_strict", "keys"],
    )  # fmt: skip
    record(
        WrapUpFormSet(
            **about(actor.workspace_id, actor.label, "inbox", pk, now), inbox_id=pk, asks=asks,
            is_strict=is_strict, keys=tuple(kept),
        )
        for pk in changing
    )  # fmt: skip
    return len(changing)


def missing() -> Refused:
    return Refused("topic.missing", _("There is no such topic."), Reason.MISSING)


def in_turn(actor: Actor) -> None:
    """Let nobody else change what is asked, or about what, until this is done."""
    take_turns(_TURN, [actor.workspace_id])


def _mine(actor: Actor) -> dict[int, Topic]:
    in_turn(actor)
    return {t.pk: t for t in Topic.objects.filter(workspace_id=actor.workspace_id)}


def _depth(mine: dict[int, Topic], topic_id: int) -> int:
    depth, at = 0, mine.get(topic_id)
    if at is None:
        raise missing()
    while at is not None:
        depth, at = depth + 1, mine.get(at.parent_id or 0)
    return depth


def _name(mine: dict[int, Topic], given: str, parent_id: int | None, own: int) -> str:
    name = " ".join(clean(given).split())
    if not 0 < len(name) <= _LONGEST:
        raise Refused("topic.name", _("A topic has 1 to 60 characters."))
    kin = {t.name for t in mine.values() if t.parent_id == parent_id and t.pk != own}
    if name in kin:
        raise Refused("topic.exists", _("There is such a topic already."), Reason.CONFLICT)
    return name


def checked_keys(actor: Actor, given: Sequence[str]) -> list[str]:
    keys = list(dict.fromkeys(given))
    known = set(shapes(workspace_id=actor.workspace_id, thing=Thing.CONVERSATION))
    if len(keys) > _MOST_KEYS:
        raise Refused("wrap_up.keys", _("At most 20 fields are asked."))
    if set(keys) - known:
        raise Refused("attribute.unknown", _("There is no such attribute."), Reason.MISSING)
    return keys
