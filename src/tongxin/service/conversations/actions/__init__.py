"""Verbs about conversations, one family a file."""

from tongxin.service.conversations.actions.belonging import follow_merges, welcome
from tongxin.service.conversations.actions.calling import Ring, call_up
from tongxin.service.conversations.actions.continuing import SOON, mail_unread
from tongxin.service.conversations.actions.copying import choose_copies
from tongxin.service.conversations.actions.describing import describe
from tongxin.service.conversations.actions.doubting import believe, doubt
from tongxin.service.conversations.actions.drafting import save as save_draft
from tongxin.service.conversations.actions.endings import set_ending
from tongxin.service.conversations.actions.handing import hand_over
from tongxin.service.conversations.actions.hearing import hear_calls
from tongxin.service.conversations.actions.hinting import show_typing
from tongxin.service.conversations.actions.indexing import index
from tongxin.service.conversations.actions.labels import (
    change_status,
    create_status,
    move_status,
)
from tongxin.service.conversations.actions.mending import edit, recall
from tongxin.service.conversations.actions.merging import merge
from tongxin.service.conversations.actions.obstacles import obstacles
from tongxin.service.conversations.actions.owning import Handover, To, check_member
from tongxin.service.conversations.actions.queueing import Gift, give_back, hand_out, move
from tongxin.service.conversations.actions.rating import rate
from tongxin.service.conversations.actions.receive import receive
from tongxin.service.conversations.actions.retrying import retry
from tongxin.service.conversations.actions.seeing import got, read, see
from tongxin.service.conversations.actions.sending import (
    Mended,
    Told,
    carry_out,
    note_departures,
    note_mends,
)
from tongxin.service.conversations.actions.splitting import split
from tongxin.service.conversations.actions.starting import start
from tongxin.service.conversations.actions.statuses import set_status
from tongxin.service.conversations.actions.switching import switch
from tongxin.service.conversations.actions.tagging import tag
from tongxin.service.conversations.actions.templating import send_template
from tongxin.service.conversations.actions.topics import change_topic, create_topic, set_wrap_up
from tongxin.service.conversations.actions.turns import (
    assign,
    reopen,
    resolve,
    resolve_all,
    snooze,
    unassign_all,
    wake,
    wake_due,
)
from tongxin.service.conversations.actions.undoing import unmerge, unsplit
from tongxin.service.conversations.actions.wrapping import wrap_up
from tongxin.service.conversations.actions.writing import note, reply

__all__ = [
    "SOON",
    "Gift",
    "Handover",
    "Mended",
    "Ring",
    "To",
    "Told",
    "assign",
    "believe",
    "call_up",
    "carry_out",
    "change_status",
    "change_topic",
    "check_member",
    "choose_copies",
    "create_status",
    "create_topic",
    "describe",
    "doubt",
    "edit",
    "follow_merges",
    "give_back",
    "got",
    "hand_out",
    "hand_over",
    "hear_calls",
    "index",
    "mail_unread",
    "merge",
    "move",
    "move_status",
    "note",
    "note_departures",
    "note_mends",
    "obstacles",
    "rate",
    "read",
    "recall",
    "receive",
    "reopen",
    "reply",
    "resolve",
    "resolve_all",
    "retry",
    "save_draft",
    "see",
    "send_template",
    "set_ending",
    "set_status",
    "set_wrap_up",
    "show_typing",
    "snooze",
    "split",
    "start",
    "switch",
    "tag",
    "unassign_all",
    "unmerge",
    "unsplit",
    "wake",
    "wake_due",
    "welcome",
    "wrap_up",
]
