"""Call members, and reach them however they want to be reached."""

from tongxin.service.notices.actions.alerting import alert
from tongxin.service.notices.actions.choosing import choose, subscribe, unsubscribe
from tongxin.service.notices.actions.giving import (
    Call,
    Note,
    give,
    notify_mentioned,
    read,
    read_about,
    who_may,
)
from tongxin.service.notices.actions.mailing import mail_due
from tongxin.service.notices.actions.pushing import push

__all__ = [
    "Call",
    "Note",
    "alert",
    "choose",
    "give",
    "mail_due",
    "notify_mentioned",
    "push",
    "read",
    "read_about",
    "subscribe",
    "unsubscribe",
    "who_may",
]
