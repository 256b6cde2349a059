"""Do what colleagues answer elsewhere, in their name: kept at the door, done a moment later."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from tongxin.center.accounts.queries import Seat, seat_by_email, workspace_language
from tongxin.center.kit.outgoing import Unreachable
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.sealing import Unreadable
from tongxin.center.kit.sql import rows
from tongxin.center.kit.text import clean
from tongxin.service.conversations.actions import note, reply
from tongxin.service.outposts.models import Heard, Outpost, Posted
from tongxin.service.outposts.ports import Said, Telling
from tongxin.service.outposts.queries import adapter
from tongxin.service.outposts.rules import meant, read, where_called

MOST = 20  # at once
_LEASE = timedelta(minutes=2)
_PATIENCE = 5  # attempts, where the other chat cannot say who somebody is
_KEPT = timedelta(days=30)
_LONGEST_NAME, _LONGEST_THREAD, _LONGEST_AUTHOR = 200, 100, 100
_LARGEST_NUMBER = 2**31 - 1  # of a conversation
_CLAIM = """
UPDATE outposts_heard h SET held_until = %(until)s, attempts = h.attempts + 1
FROM (
    SELECT id FROM outposts_heard WHERE done_at IS NULL AND (held_until IS NULL OR held_until < %(now)s)
    ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
) due WHERE h.id = due.id RETURNING h.id
"""

log = logging.getLogger(__name__)


def keep_said(*, outpost_id: int, said: Sequence[Said], now: datetime) -> int:
    """Keep what answers something that we told, and what is said to us by name; each once. Returns how many are new."""
    threads = _threads(outpost_id, said)
    kept = [
        Heard(
            outpost_id=outpost_id, external_id=one.external_id[:_LONGEST_NAME], thread=thread,
            author=clean(one.author)[:_LONGEST_AUTHOR], text=clean(one.text), came_at=now,
        )
        for one, thread in zip(said, threads, strict=True)
        if thread or one.to_us
    ]  # fmt: skip
    before = Heard.objects.filter(outpost_id=outpost_id).count() if kept else 0
    Heard.objects.bulk_create(kept, ignore_conflicts=True)
    return Heard.objects.filter(outpost_id=outpost_id).count() - before if kept else 0


def note_room(*, outpost_id: int, room: str) -> None:
    """Show whoever connects an outpost in which room it was called."""
    found = Outpost.objects.filter(pk=outpost_id)
    [workspace_id] = found.values_list("workspace_id", flat=True)
    words = where_called(clean(room), workspace_language(workspace_id=workspace_id))
    found.exclude(trouble=words).update(trouble=words)


def _threads(outpost_id: int, said: Sequence[Said]) -> list[str]:
    """Return for each answer the thread of what it means; "" where that is not clear."""
    names = {one.thread for one in said if 0 < len(one.thread) <= _LONGEST_THREAD}
    numbers = {number for one in said for number in one.numbers if 0 < number <= _LARGEST_NUMBER}
    told = Posted.objects.filter(outpost_id=outpost_id).exclude(thread="").order_by("pk")
    told = told.filter(Q(thread__in=names) | Q(conversation__number__in=numbers))
    found = list(told.values_list("thread", "conversation_id", "conversation__number"))
    by_thread = {thread: pk for thread, pk, _number in found}
    by_number = {number: pk for _thread, pk, number in found}
    thread_of = {pk: thread for thread, pk, _number in found}
    threads = []
    for one in said:
        conversation_id = meant(one, by_thread, by_number)
        latest = thread_of[conversation_id] if conversation_id else ""
        threads.append(one.thread if latest and one.thread in by_thread else latest)
    return threads


def work_heard(*, clock: Callable[[], datetime]) -> int:
    """Do what waits, the oldest first; returns how much was done. Not within a transaction."""
    done = 0
    for _turn in range(MOST):
        now = clock()
        claimed = rows(_CLAIM, {"now": now, "until": now + _LEASE})
        if not claimed:
            break
        done += _do(Heard.objects.get(pk=claimed[0][0]), now)
    return done


def _do(one: Heard, now: datetime) -> int:
    """Do one thing; what cannot be done now is left until its lease ends, some times."""
    try:
        outcome = _done(one, now)
    except (Unreachable, Unreadable, Refused) as stopped:
        log.warning("what was answered at outpost %s waits: %s", one.outpost_id, stopped)
        if one.attempts < _PATIENCE:
            return 0
        outcome = "given_up"
    Heard.objects.filter(pk=one.pk).update(done_at=now, outcome=outcome[:64], text="")
    return 1


def _done(one: Heard, now: datetime) -> str:
    """Return what became of it. Raises Unreachable, Unreadable, and Refused where the chat does not answer us."""
    told = Posted.objects.filter(outpost_id=one.outpost_id, thread=one.thread)
    posted = told.select_related("conversation").first() if one.thread else None
    outpost = Outpost.objects.filter(pk=one.outpost_id, enabled=True).first()
    if outpost is None or (one.thread and posted is None):
        return "gone"
    made = adapter(outpost.pk)
    email = made.email_of(one.author) if one.author else ""
    who = seat_by_email(workspace_id=outpost.workspace_id, email=email) if email else None
    language = who.language if who else workspace_language(workspace_id=outpost.workspace_id)
    with translation.override(language or translation.get_language()):
        outcome, words = _became(who, posted, one, now)
    if words and posted and not made.has_threads:
        words = f"#{posted.conversation.number}: {words}"
    if words:
        made.tell(Telling(words, thread=one.thread))
    return outcome


def _became(who: Seat | None, posted: Posted | None, one: Heard, now: datetime) -> tuple[str, str]:
    """Do it, if that can be; return what became of it, and what they are told."""
    if who is None:
        return "stranger", _("Nobody here has your e-mail address: this was not taken.")
    if not one.text.strip():
        return "no_words", _("Only words are passed on from here: this was not taken.")
    if posted is None:
        how = _(
            "It is not clear what this answers. Quote what was told, or begin with its #number."
        )
        return "unclear", how
    return _say(who, posted.conversation_id, one, now)


def _say(who: Seat, conversation_id: int, one: Heard, now: datetime) -> tuple[str, str]:
    """Say it in their name, once however often it is tried; return what became of it, and what they are told."""
    is_reply, text = read(one.text)
    name = f"outpost:{one.pk}"
    say = reply if is_reply else note
    try:
        say(
            actor=who.actor, conversation_ids=[conversation_id], text=text, client_id=name, now=now
        )  # fmt: skip
    except Refused as refused:
        return refused.code, str(refused.detail)
    return ("answered", _("Sent.")) if is_reply else ("noted", "")


def forget_heard(*, now: datetime) -> int:
    """Forget what was done long ago; returns how much."""
    gone, _each = Heard.objects.filter(done_at__lt=now - _KEPT).delete()
    return gone
