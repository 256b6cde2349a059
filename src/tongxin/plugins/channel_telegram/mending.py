"""Other words for what the bot said, or none."""

import re

from tongxin.plugins.channel_telegram.api import Api
from tongxin.sdk import Departure, Failure, Json, Receipt, Undelivered

_SAME = re.compile(r"message is not modified", re.IGNORECASE)
_GONE = re.compile(r"message to delete not found", re.IGNORECASE)
_FIXED = re.compile(
    r"can't be (edited|deleted)|message to edit not found|message_id_invalid|no (caption|text) in the message"
    r"|message_delete_forbidden|message_edit_time_expired",
    re.IGNORECASE,
)


def mend(api: Api, departure: Departure) -> Receipt:
    """Change the message that holds the words, or take all its parts back. Raises Undelivered, Unreachable."""
    if departure.recalls:
        for name in departure.mends:
            _asked(api, "deleteMessage", name, _GONE)
        return Receipt(departure.message_id)
    last = departure.mends[-1]  # holds the words
    if len(departure.files) < len(departure.mends):
        _asked(api, "editMessageText", last, _SAME, text=departure.text)
    elif len(departure.files) == len(departure.mends):
        _asked(api, "editMessageCaption", last, _SAME, caption=departure.text)
    else:
        raise Undelivered(Failure.FIXED, "not all of its messages are known")
    return Receipt(departure.message_id)


def _asked(api: Api, method: str, name: str, done: re.Pattern[str], **said: Json) -> None:
    """Ask for a change; where it was made before, it is done."""
    chat, _colon, message = name.rpartition(":")
    if not message.isdigit():
        raise Undelivered(Failure.FIXED, f"not a message of ours: {name}")
    try:
        api.call(method, chat_id=chat, message_id=int(message), **said)
    except Undelivered as stopped:
        if done.search(stopped.detail):
            return
        if _FIXED.search(stopped.detail):
            raise Undelivered(Failure.FIXED, stopped.detail) from stopped
        raise
