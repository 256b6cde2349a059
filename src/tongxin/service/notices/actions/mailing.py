"""Mail members what they have not looked at: gathered, at most once an hour."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext, ngettext

from tongxin.center.accounts.queries import Seat, seat
from tongxin.center.kit.ids import public_id
from tongxin.center.kit.sql import rows
from tongxin.service.notices.queries.reach import wishes_by_member
from tongxin.service.notices.rules import told
from tongxin.service.notices.values import Occasion, Way

_RESTS = timedelta(minutes=10)  # what is read within is nobody's mail
_WAITS = timedelta(minutes=30)  # so long somebody waits for an answer of ours
_PAUSE = timedelta(hours=1)
_LOOKS_BACK = timedelta(days=2)
_MOST = 20
_DUE = """
SELECT u.member_id, u.occasion, u.about, u.conversation_id, u.number, u.name, u.text FROM (
    SELECT n.member_id, 'called' AS occasion, n.about, n.conversation_id, c.number,
        COALESCE(NULLIF(a.name, ''), a.email, '') AS name, n.text, n.given_at AS at
    FROM notices_notice n JOIN conversations_conversation c ON c.id = n.conversation_id
    LEFT JOIN accounts_member m ON n.author = 'member:' || m.id LEFT JOIN accounts_user a ON a.id = m.user_id
    WHERE n.read_at IS NULL AND n.given_at BETWEEN %(since)s AND %(rested)s
    UNION ALL
    SELECT c.assignee_id, 'mine', 'waits', c.id, c.number, p.name, c.last_text, c.waiting_since
    FROM conversations_conversation c JOIN people_person p ON p.id = c.person_id
    WHERE c.assignee_id IS NOT NULL AND c.waiting_since BETWEEN %(since)s AND %(waits)s AND NOT c.is_snoozed
) u LEFT JOIN notices_reach r ON r.member_id = u.member_id
WHERE r.mailed_at IS NULL OR (
    r.mailed_at < %(paused)s
    AND u.at + CASE u.occasion WHEN 'mine' THEN %(wait)s ELSE %(rest)s END > r.mailed_at
)
ORDER BY u.member_id, u.at
"""
_CLAIM = """
INSERT INTO notices_reach (member_id, mailed_at) VALUES (%(member)s, %(now)s)
ON CONFLICT (member_id) DO UPDATE SET mailed_at = excluded.mailed_at
WHERE notices_reach.mailed_at IS NULL OR notices_reach.mailed_at < %(paused)s RETURNING member_id
"""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Due:
    """One thing that a member has not looked at."""

    member_id: int
    occasion: Occasion
    about: str
    conversation_id: int
    number: int
    name: str
    text: str


def mail_due(*, now: datetime) -> int:
    """Mail whoever wants it what they have not looked at; returns how many mails were sent.

    However many workers look, each member is mailed once: who is first notes it before they send.
    """
    by_member: dict[int, list[Due]] = {}
    for due in _due(now):
        by_member.setdefault(due.member_id, []).append(due)
    wishes = wishes_by_member(by_member)
    sent = 0
    for member_id, found in by_member.items():
        wanted = [due for due in found if (due.occasion, Way.MAIL) in wishes[member_id]]
        if wanted and (reader := seat(member_id)) is not None and _is_first(member_id, now):
            sent += _send(_mail(reader, wanted))
    return sent


def _due(now: datetime) -> list[Due]:
    values = {
        "since": now - _LOOKS_BACK, "rested": now - _RESTS, "waits": now - _WAITS,
        "paused": now - _PAUSE, "rest": _RESTS, "wait": _WAITS,
    }  # fmt: skip
    return [Due(row[0], Occasion(row[1]), *row[2:]) for row in rows(_DUE, values)]


def _is_first(member_id: int, now: datetime) -> bool:
    return bool(rows(_CLAIM, {"member": member_id, "now": now, "paused": now - _PAUSE}))


def _mail(reader: Seat, wanted: Sequence[Due]) -> EmailMessage:
    language = reader.language or reader.workspace_language
    with translation.override(language):
        shown = [_line(due, language) for due in wanted[:_MOST]]
        if more := len(wanted) - len(shown):
            shown.append(
                ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more}
            )
        count = len(wanted)
        subject = ngettext(
            "%(shop)s: %(count)s thing to look at", "%(shop)s: %(count)s things to look at", count
        )
        footer = gettext("How you are reached is yours to choose: at the desk, under the bell.")
        return EmailMessage(
            " ".join((subject % {"shop": reader.workspace_name, "count": count}).split()),
            "\n\n".join([*shown, "-- \n" + footer]),
            to=[reader.email],
            headers={"Auto-Submitted": "auto-generated"},
        )


def _line(due: Due, language: str) -> str:
    sentence = told(due.about, due.name, due.number, language)
    place = f"/desk/all/{public_id('conv', due.conversation_id)}/"
    lines = [sentence, *([f"    {due.text}"] if due.text else [])]
    return "\n".join([*lines, f"    {settings.ADDRESS}{place}"] if settings.ADDRESS else lines)


def _send(mail: EmailMessage) -> int:
    try:
        return mail.send()
    except (OSError, SMTPException):
        log.exception("a mail could not be sent")
        return 0
