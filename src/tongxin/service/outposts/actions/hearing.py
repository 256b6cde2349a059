"""Do what colleagues answer elsewhere, in their name: kept at the door, done a moment later."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.utils import translation
from django.utils.translation import gettext as _

from tongxin.center.accounts.queries import Seat, seat_by_email
from tongxin.center.kit.outgoing import Unreachable
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.sealing import Unreadable
from tongxin.center.kit.sql import rows
from tongxin.center.kit.text import clean
from tongxin.service.conversations.actions import note, reply
from tongxin.service.outposts.models import Heard, Outpost, Posted
from tongxin.service.outposts.ports import Said, Telling
from tongxin.service.outposts.queries import adapter
from tongxin.service.outposts.rules import read

MOST = 20  # at once
_LEASE = timedelta(minutes=2)
_PATIENCE = 5  # attempts, where the other chat cannot say who somebody is
_KEPT = timedelta(days=30)
_LONGEST_NAME, _LONGEST_THREAD = 200, 100
_CLAIM = """
UPDATE outposts_heard h SET held_until = %(until)s, attempts = h.attempts + 1
FROM (
    SELECT id FROM outposts_heard WHERE done_at IS NULL AND (held_until IS NULL OR held_until < %(now)s)
    ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
) due WHERE h.id = due.id RETURNING h.id
"""

log = logging.getLogger(__name__)


def keep_said(*, outpost_id: int, said: Sequence[Said], now: datetime) -> int:
    """Keep what was answered in our threads, each once; returns how many are new."""
    threads = {one.thread for one in said if 0 < len(one.thread) <= _LONGEST_THREAD}
    found = Posted.objects.filter(outpost_id=outpost_id, thread__in=threads)
    ours = set(found.values_list("thread", flat=True))
    kept = [
        Heard(
            outpost_id=outpost_id, external_id=one.external_id[:_LONGEST_NAME], thread=one.thread,
            author=clean(one.author)[:100], text=clean(one.text), came_at=now,
        )
        for one in said
        if one.thread in ours
    ]  # fmt: skip
    before = Heard.objects.filter(outpost_id=outpost_id).count() if kept else 0
    Heard.objects.bulk_create(kept, ignore_conflicts=True)
    return Heard.objects.filter(outpost_id=outpost_id).count() - before if kept else 0


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
    posted = Posted.objects.filter(outpost_id=one.outpost_id, thread=one.thread).first()
    outpost = Outpost.objects.filter(pk=one.outpost_id, enabled=True).first()
    if posted is None or outpost is None:
        return "gone"
    made = adapter(outpost.pk)
    email = made.email_of(one.author)
    who = seat_by_email(workspace_id=outpost.workspace_id, email=email) if email else None
    outcome, told = ("stranger", "") if who is None else _say(who, posted.conversation_id, one, now)
    language = who.language if who else ""
    with translation.override(language or translation.get_language()):
        words = told or (
            _("Nobody here has your e-mail address: this was not taken.") if who is None else ""
        )
    if words:
        made.tell(Telling(words, thread=one.thread))
    return outcome


def _say(who: Seat, conversation_id: int, one: Heard, now: datetime) -> tuple[str, str]:
    """Say it in their name, once however often it is tried; return what became of it, and what they are told."""
    is_reply, text = read(one.text)
    name = f"outpost:{one.pk}"
    with translation.override(who.language):
        try:
            say = reply if is_reply else note
            say(
                actor=who.actor,
                conversation_ids=[conversation_id],
                text=text,
                client_id=name,
                now=now,
            )
        except Refused as refused:
            return refused.code, str(refused.detail)
        return ("answered", _("Sent.")) if is_reply else ("noted", "")


def forget_heard(*, now: datetime) -> int:
    """Forget what was done long ago; returns how much."""
    gone, _each = Heard.objects.filter(done_at__lt=now - _KEPT).delete()
    return gone
