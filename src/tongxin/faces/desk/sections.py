"""The parts of a list: groups under headings, or the columns of a board."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from tongxin.center.accounts.queries import members
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import public_id
from tongxin.service.channels.queries import inboxes
from tongxin.service.conversations.queries import (
    ConversationRow,
    Picked,
    page_of,
    pages_of,
    tallies,
)
from tongxin.service.conversations.values import Status
from tongxin.service.queues.queries import queue_names
from tongxin.service.queues.values import EVERYONES
from tongxin.service.views.values import Group, Layout, Plan

_OF_A_GROUP = 25
_NOBODY = "nobody"


@dataclass(frozen=True)
class Asked:
    """Which part of a view a page asks for, and in which order, if not its own."""

    name: str
    cursor: str | None = None
    section: str = ""
    sort: str = ""


@dataclass(frozen=True)
class Section:
    """A part of a list under a heading; without one where the list is not grouped.

    On a board, ``count`` is how many stand in a column (up to 100), and ``sets`` what a card that is
    dropped there gets: ``status=open``, ``member=mem_...``; empty where cards cannot be dropped.
    """

    key: str
    title: str
    rows: Sequence[ConversationRow]
    next_cursor: str | None
    count: int | None = None
    sets: str = ""


@dataclass(frozen=True)
class _Part:
    """A group: its key and heading, which conversations belong there, and what being there means."""

    key: str
    title: str
    where: str
    sets: str = ""
    is_past: bool = False


def sections(actor: Actor, plan: Plan, picked: Picked, asked: Asked) -> list[Section]:
    """Return the parts of a list: first pages, or one part's page after a cursor."""
    is_board = plan.layout is Layout.BOARD
    parts = _parts(actor, Group.STATUS if is_board and plan.group is Group.NONE else plan.group)
    if not parts:
        page = page_of(actor=actor, picked=picked, cursor=asked.cursor)
        return [Section("", "", page.items, page.next_cursor)]
    if asked.section:
        parts = [part for part in parts if part.key == asked.section]
    picks = [replace(picked, where=f"{picked.where} AND {part.where}") for part in parts]
    if asked.cursor and picks:
        pages = [page_of(actor=actor, picked=picks[0], cursor=asked.cursor, limit=_OF_A_GROUP)]
    else:
        pages = list(pages_of(actor=actor, picks=picks, limit=_OF_A_GROUP))
    is_counted = is_board and not asked.cursor
    counted: Sequence[int | None] = (
        tallies(actor=actor, picks=picks) if is_counted else [None] * len(parts)
    )
    return [
        Section(part.key, part.title, page.items, page.next_cursor, count, part.sets)
        for part, page, count in zip(parts, pages, counted, strict=True)
        if page.items or (is_board and not part.is_past)
    ]


def status_names() -> dict[Status, str]:
    return {
        Status.NEW: _("New"),
        Status.OPEN: _("Open"),
        Status.WAITING: _("Waiting for them"),
        Status.ON_HOLD: _("On hold"),
        Status.RESOLVED: _("Resolved"),
    }


def _parts(actor: Actor, group: Group) -> list[_Part]:
    makers = {
        Group.STATUS: _by_status, Group.ASSIGNEE: _by_assignee, Group.INBOX: _by_inbox,
        Group.QUEUE: _by_queue,
    }  # fmt: skip
    return makers[group](actor) if group in makers else []


def _by_status(actor: Actor) -> list[_Part]:
    may = actor.may("conversation.write")
    return [
        _Part(
            status.value, name, f"c.status = '{status.value}'",
            f"status={status.value}" if may and status is not Status.NEW else "",
        )
        for status, name in status_names().items()
    ]  # fmt: skip


def _by_assignee(actor: Actor) -> list[_Part]:
    may = actor.may("conversation.assign")
    nobody = _Part(_NOBODY, _("No owner"), "c.assignee_id IS NULL", "member=" if may else "")
    found = [nobody]
    for member in members(actor=actor, with_removed=True):
        address, is_past = public_id("mem", member.id), member.removed_at is not None
        sets = f"member={address}" if may and not is_past else ""
        where = f"c.assignee_id = {member.id:d}"
        found.append(_Part(address, member.name, where, sets, is_past))
    return found


def _by_inbox(actor: Actor) -> list[_Part]:
    return [
        _Part(public_id("inb", inbox.id), inbox.name, f"c.inbox_id = {inbox.id:d}")
        for inbox in inboxes(actor=actor)
    ]


def _by_queue(actor: Actor) -> list[_Part]:
    may = actor.may("conversation.assign")
    own = queue_names(workspace_id=actor.workspace_id)
    named = [(EVERYONES, _("Everyone")), *((queue.id, queue.name) for queue in own)]
    return [
        _Part(
            public_id("que", pk), name, f"c.queue_id = {pk:d}",
            f"queue={public_id('que', pk)}" if may else "",
        )
        for pk, name in named
    ]  # fmt: skip
