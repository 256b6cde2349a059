"""Verbs about channels, one family a file."""

from tongxin.service.channels.actions.calls import (
    KeptCall,
    Outcome,
    discard_calls,
    forget_calls,
    hold_calls,
    inboxes_with_calls,
    keep_calls,
    next_calls,
    note_heard,
    replay_calls,
    settle_calls,
)
from tongxin.service.channels.actions.carrying import send_from
from tongxin.service.channels.actions.connecting import (
    NewKey,
    change_inbox,
    create_inbox,
    create_key,
    retire_keys,
    set_reopening,
)
from tongxin.service.channels.actions.happening import Happened, tell_events, untold
from tongxin.service.channels.actions.hinting import hint_typing
from tongxin.service.channels.actions.holding import alone
from tongxin.service.channels.actions.mending import Mend, left, mend_departures
from tongxin.service.channels.actions.openings import Opens, note_openings, use_openings
from tongxin.service.channels.actions.polling import (
    Listener,
    fetch_now,
    inboxes_to_listen_at,
    listen_at,
    note_trouble,
)
from tongxin.service.channels.actions.progressing import progress
from tongxin.service.channels.actions.queueing import Outgoing, enqueue, inboxes_with_departures
from tongxin.service.channels.actions.replaying import (
    again_by_message,
    discard_departures,
    replay_departures,
)
from tongxin.service.channels.actions.templates import Refresher, fetch_templates
from tongxin.service.channels.actions.trying import asked, set_up, try_out

__all__ = [
    "Happened",
    "KeptCall",
    "Listener",
    "Mend",
    "NewKey",
    "Opens",
    "Outcome",
    "Outgoing",
    "Refresher",
    "again_by_message",
    "alone",
    "asked",
    "change_inbox",
    "create_inbox",
    "create_key",
    "discard_calls",
    "discard_departures",
    "enqueue",
    "fetch_now",
    "fetch_templates",
    "forget_calls",
    "hint_typing",
    "hold_calls",
    "inboxes_to_listen_at",
    "inboxes_with_calls",
    "inboxes_with_departures",
    "keep_calls",
    "left",
    "listen_at",
    "mend_departures",
    "next_calls",
    "note_heard",
    "note_openings",
    "note_trouble",
    "progress",
    "replay_calls",
    "replay_departures",
    "retire_keys",
    "send_from",
    "set_reopening",
    "set_up",
    "settle_calls",
    "tell_events",
    "try_out",
    "untold",
    "use_openings",
]
