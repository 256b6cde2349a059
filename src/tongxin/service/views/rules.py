"""Pure decisions about views: what a filter means, in SQL."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tongxin.service.conversations.values import SAID_BEFORE, SAID_SINCE, Order, Status
from tongxin.service.queues.values import EVERYONES
from tongxin.service.views.values import Filter, Plan, Sort, Whose

LONGEST_NAME = 60
Part = tuple[str, Mapping[str, Any]]
_TAGGED = """(SELECT g.conversation_id FROM conversations_tagging g
JOIN conversations_tag t ON t.id = g.tag_id WHERE t.workspace_id = %(workspace)s AND t.name {which})"""
# The usual status of a category is what it is called where nothing finer was chosen.
_NAMED = """(c.label_id = ANY(%(value)s) OR (c.label_id IS NULL AND c.status = ANY(ARRAY(
SELECT usual.category FROM conversations_statuslabel usual
WHERE usual.workspace_id = %(workspace)s AND usual.is_default AND usual.id = ANY(%(value)s)))))"""
# A topic means also what stands below it. As an array it is worked out once, and its index can be used.
_ABOUT = """c.topic_id = ANY(ARRAY(SELECT t.id FROM conversations_topic t
LEFT JOIN conversations_topic p ON p.id = t.parent_id
WHERE t.workspace_id = %(workspace)s AND (t.id = ANY(%(value)s) OR p.id = ANY(%(value)s)
    OR p.parent_id = ANY(%(value)s))))"""
_SORTS = {
    Sort.NEWEST: Order.NEWEST,
    Sort.OLDEST: Order.OLDEST,
    Sort.CREATED: Order.CREATED,
    Sort.FIRST: Order.FIRST,
}


def tidied(plan: Plan) -> Plan:
    """Return a plan without what stands twice or says nothing."""
    given = plan.filter
    members = given.member_ids if given.whose is Whose.MEMBERS else ()
    tidy = replace(
        given,
        statuses=_once(given.statuses),
        status_ids=_once(given.status_ids),
        topic_ids=_once(given.topic_ids),
        whose=Whose.ANY if given.whose is Whose.MEMBERS and not members else given.whose,
        member_ids=_once(members),
        inbox_ids=_once(given.inbox_ids),
        queue_ids=_once(given.queue_ids),
        tags_any=_words(given.tags_any),
        tags_all=_words(given.tags_all),
        tags_none=_words(given.tags_none),
        subject=given.subject.strip(),
    )
    return replace(plan, filter=tidy, columns=_once(plan.columns))


def name_of(given: str) -> str:
    """Return a view's name as it is kept; empty where it cannot be."""
    name = " ".join(given.split())
    return name if len(name) <= LONGEST_NAME else ""


def order_of(plan: Plan) -> Order:
    """Return the order of a plan; where only those who wait are shown, the one that has an index."""
    if plan.sort is not Sort.LONGEST:
        return _SORTS[plan.sort]
    return (
        Order.LONGEST if _all_wait(plan.filter) and plan.filter.snoozed is False else Order.WAITED
    )


def condition(given: Filter, name: str, now: datetime) -> Part:
    """Return a filter as SQL over a conversation ``c``, with its values, whose names begin with ``name``.

    ``%(workspace)s`` and ``%(member)s`` (oneself) are the caller's.
    """
    texts, values = ["true"], {}
    for number, (text, value) in enumerate(_parts(given, now)):
        key = f"{name}_{number}"
        texts.append(text.replace("%(value)s", f"%({key})s"))
        if "%(value)s" in text:
            values[key] = value
    return " AND ".join(texts), values


def _parts(given: Filter, now: datetime) -> Iterator[tuple[str, Any]]:
    for part in (_turns, _queues, _whose, _tags, _times, _flags):
        yield from part(given, now)


def _turns(given: Filter, now: datetime) -> Iterator[tuple[str, Any]]:
    if given.statuses and Status.RESOLVED not in given.statuses:
        yield "c.status <> 'resolved'", None  # as the indexes of unresolved ones say it
    if given.statuses:
        yield "c.status = ANY(%(value)s)", [status.value for status in given.statuses]
    if given.status_ids:
        yield _NAMED, list(given.status_ids)
    if given.topic_ids:
        yield _ABOUT, list(given.topic_ids)
    if given.inbox_ids:
        yield "c.inbox_id = ANY(%(value)s)", list(given.inbox_ids)


def _queues(given: Filter, now: datetime) -> Iterator[tuple[str, Any]]:
    if given.queue_ids:
        yield "c.queue_id = ANY(%(value)s)", list(given.queue_ids)
    if given.queue_ids and EVERYONES not in given.queue_ids:
        yield "c.queue_id > 0", None  # as its index says it


def _whose(given: Filter, now: datetime) -> Iterator[tuple[str, Any]]:
    if given.whose is Whose.ME:
        yield "c.assignee_id = %(member)s", None
    if given.whose is Whose.NOBODY:
        yield "c.assignee_id IS NULL", None
    if given.whose is Whose.MEMBERS:
        yield "c.assignee_id = ANY(%(value)s)", list(given.member_ids)


def _tags(given: Filter, now: datetime) -> Iterator[tuple[str, Any]]:
    one, some = _TAGGED.format(which="= %(value)s"), _TAGGED.format(which="= ANY(%(value)s)")
    if given.tags_any:
        yield f"c.id IN {some}", list(given.tags_any)
    for tag in given.tags_all:
        yield f"c.id IN {one}", tag
    if given.tags_none:
        yield (
            f"NOT EXISTS (SELECT FROM {some} x WHERE x.conversation_id = c.id)",
            list(given.tags_none),
        )


def _times(given: Filter, now: datetime) -> Iterator[tuple[str, Any]]:
    if given.waiting_minutes is not None:
        yield "c.waiting_since <= %(value)s", now - timedelta(minutes=given.waiting_minutes)
    bounds = [
        ("c.opened_at >= %(value)s", given.created_from),
        ("c.opened_at < %(value)s", given.created_to),
        (SAID_SINCE, given.last_from),
        (SAID_BEFORE, given.last_to),
        ("c.opened_at >= %(value)s", _ago(given.created_days, now)),
        (SAID_SINCE, _ago(given.last_days, now)),
        (SAID_BEFORE, _ago(given.quiet_days, now)),
    ]
    yield from ((text, at) for text, at in bounds if at is not None)


def _ago(days: int | None, now: datetime) -> datetime | None:
    return now - timedelta(days=days) if days is not None else None


def _flags(given: Filter, now: datetime) -> Iterator[tuple[str, Any]]:
    flags = {
        "c.waiting_since IS NOT NULL": given.unanswered,
        "c.wants_human": given.wants_human,
        "c.is_snoozed": given.snoozed,
    }
    for text, wanted in flags.items():
        if wanted is not None:
            yield text if wanted else f"NOT ({text})", None
    if given.subject:
        yield "strpos(lower(c.subject), lower(%(value)s)) > 0", given.subject


def _all_wait(given: Filter) -> bool:
    return given.waiting_minutes is not None or given.unanswered is True


def _once(values: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(values))


def _words(values: tuple[str, ...]) -> tuple[str, ...]:
    return _once(tuple(filter(None, (" ".join(value.split()) for value in values))))
