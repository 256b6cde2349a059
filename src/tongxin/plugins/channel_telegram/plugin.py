"""A Telegram bot."""

import json
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, ClassVar

from tongxin.plugins.channel_telegram import mending, updates
from tongxin.plugins.channel_telegram.api import HEARD, Api
from tongxin.plugins.channel_telegram.updates import Callback, Member, Message, Update
from tongxin.sdk import (
    EDITED,
    Address,
    Answer,
    Arrival,
    Attachment,
    Batch,
    Call,
    Channel,
    Departure,
    Enclosure,
    Failure,
    Json,
    Line,
    Page,
    Receipt,
    Undelivered,
    Unreachable,
    asking,
    check_same,
    each,
    fetching,
    in_parts,
    understood,
)

_LONGEST_CAPTION = 1024
_LARGEST_PHOTO = 10 * 1024 * 1024
_AT_ONCE = 100
_METHODS = {
    "image/jpeg": ("sendPhoto", "photo"),
    "image/png": ("sendPhoto", "photo"),
    "image/webp": ("sendPhoto", "photo"),
    "video/mp4": ("sendVideo", "video"),
    "audio/ogg": ("sendVoice", "voice"),
}


class Telegram(Channel):
    """What people write to a bot, and what it says to them."""

    kind: ClassVar[str] = updates.KIND

    def verify(self, call: Call) -> None:
        """Telegram shows the secret that was agreed when the webhook was set."""
        shown = call.headers.get("x-telegram-bot-api-secret-token", "")
        check_same(str(self.settings.get("secret") or ""), shown)

    def acknowledge(self, call: Call) -> Answer:
        """Let a button that was pressed stop turning."""
        pressed = understood(Update, call.body).callback_query
        if not pressed:
            return Answer()
        done = {
            "method": "answerCallbackQuery",
            "callback_query_id": understood(Callback, pressed).id,
        }
        return Answer(json.dumps(done).encode(), "application/json")

    def hear(self, call: Call) -> Batch:
        """A message, a changed one, a pressed button, or that the bot was blocked."""
        update = understood(Update, call.body)
        if update.message is not None:
            heard = self._message(update.message)
        elif update.edited_message is not None:
            heard = self._edited(update.edited_message, update.update_id)
        elif update.callback_query is not None:
            heard = self._pressed(
                understood(Callback, update.callback_query), update.update_id, call
            )
        elif update.my_chat_member is not None:
            heard = _standing(understood(Member, update.my_chat_member), update.update_id)
        else:
            heard = None
        return Batch([heard] if heard and self._is_for_us(heard.sender) else [])

    def listen(self) -> AbstractContextManager[Line] | None:
        """Ask for news, unless Telegram calls us."""
        return None if self.settings.get("way") == "webhook" else _line(self)

    def fetch(self, reference: str) -> Attachment:
        """By the file's id."""
        with fetching():
            return self.api().file(reference)

    def say(self, departures: Sequence[Departure]) -> list[Receipt]:
        """One message, or one for each file; or other words for one, or none."""
        return each(departures, self._say)

    def typing(self, recipient: Address) -> None:
        """For five seconds, or until a message comes."""
        self.api().call(
            "sendChatAction", chat_id=recipient.value.partition(":")[0], action="typing"
        )

    def try_out(self) -> str:
        """Ask who we are."""
        with asking():
            return f"@{self.api().call('getMe').get('username', '')}"

    def set_up(self, address: str) -> None:
        """Tell Telegram to call us, or to keep its news until we ask."""
        with asking():
            if self.settings.get("way") != "webhook":
                self.api().call("deleteWebhook")
                return
            secret = str(self.settings.get("secret") or "")
            if not secret:
                raise Undelivered(Failure.AUTH, "the webhook needs a secret")
            self.api().call("setWebhook", url=address, secret_token=secret, allowed_updates=HEARD)

    def api(self) -> Api:
        """Return the bot's methods. Raises Undelivered where there is no token."""
        base, token = (str(self.settings.get(name) or "") for name in ("api_base", "token"))
        return Api(base, token)

    def _is_for_us(self, sender: Address) -> bool:
        return bool(self.settings.get("groups")) or ":" not in sender.value

    def _message(self, raw: dict[str, Any]) -> Arrival | None:
        said = understood(Message, raw)
        if said.sender is None or said.chat.type == "channel":
            return None
        sender = updates.address_of(said.chat, said.sender)
        name = updates.name_of(said)
        if said.text.partition(" ")[0] == "/start":
            source = said.text.removeprefix("/start").strip()
            return updates.event(name, "start", sender, said.date, source=source)
        content = updates.content_of(said, raw)
        if not content.text and not content.attachments:
            return None
        return Arrival(
            name,
            sender,
            content.text,
            said.date,
            kind=content.kind,
            attachments=content.attachments,
            answers=tuple(updates.name_of(one) for one in (said.reply_to_message,) if one),
            also=_own_number(said),
            is_automatic=said.sender.is_bot,
            details={**content.details, **updates.language_of(said.sender)},
        )

    def _edited(self, raw: dict[str, Any], number: int) -> Arrival | None:
        said = understood(Message, raw)
        at = said.edit_date or said.date
        text = said.text or said.caption
        if said.sender is None or not (text or updates.content_of(said, raw).attachments):
            return None  # a place that moves
        sender = updates.address_of(said.chat, said.sender)
        name = f"edit:{number}"
        return updates.event(name, EDITED, sender, at, text=text, mends=updates.name_of(said))

    def _pressed(self, said: Callback, number: int, call: Call) -> Arrival | None:
        if said.message is None:
            return None
        rows = said.message.reply_markup.inline_keyboard if said.message.reply_markup else []
        labels = [b.text for row in rows for b in row if b.callback_data == said.data and b.text]
        sender = updates.address_of(said.message.chat, said.sender)
        text = labels[0] if labels else said.data
        if not text:
            return None
        return Arrival(
            f"callback:{number}",
            sender,
            text,
            max(said.message.date, call.came_at),  # it says only when the button came
            answers=(updates.name_of(said.message),),
            details={"button": said.data},
        )

    def _say(self, departure: Departure) -> Receipt:
        if departure.mends:
            return mending.mend(self.api(), departure)
        if len(departure.files) == 1 and len(departure.text) <= _LONGEST_CAPTION:
            [file] = departure.files
            return Receipt(departure.message_id, self._carry(departure, file, departure.text))
        return in_parts(departure, self._carry)

    def _carry(self, departure: Departure, part: str | Enclosure, caption: str = "") -> str:
        chat, _colon, user = departure.recipient.value.partition(":")
        follows = departure.answers.rpartition(":")[2] if user else ""
        api = self.api()
        if isinstance(part, str):
            said = _following(follows)
            sent = api.call("sendMessage", chat_id=chat, text=part, **said)
        else:
            sent = _upload(
                api,
                part,
                {"chat_id": chat, "caption": caption}
                | {name: json.dumps(value) for name, value in _following(follows).items()},
            )
        return f"{sent['chat']['id']}:{sent['message_id']}"


def _following(message_id: str) -> dict[str, Any]:
    """In a group, show whom it answers."""
    if not message_id.isdigit():
        return {}
    return {
        "reply_parameters": {"message_id": int(message_id), "allow_sending_without_reply": True}
    }


def _upload(api: Api, file: Enclosure, said: dict[str, str]) -> Json:
    method, field = _METHODS.get(file.kind, ("sendDocument", "document"))
    if method == "sendPhoto" and file.size > _LARGEST_PHOTO:
        method, field = "sendDocument", "document"
    try:
        return api.upload(method, field, file, **said)
    except Undelivered as stopped:
        if method == "sendDocument" or stopped.failure is not Failure.MEDIA:
            raise
        return api.upload("sendDocument", "document", file, **said)  # odd pictures go as files


def _own_number(said: Message) -> tuple[Address, ...]:
    """Return the sender's phone number where they shared their own card: Telegram vouches for it."""
    if said.contact is None or said.sender is None or said.contact.user_id != said.sender.id:
        return ()
    number = said.contact.phone_number.lstrip("+")
    return (Address("phone", f"+{number}"),) if number.isdigit() else ()


def _standing(said: Member, number: int) -> Arrival | None:
    what = {"kicked": "blocked", "member": "unblocked"}.get(said.new_chat_member.status)
    if what is None or said.chat.type != "private":
        return None
    return updates.event(
        f"member:{number}", what, updates.address_of(said.chat, said.sender), said.date
    )


@contextmanager
def _line(channel: Telegram) -> Iterator[Line]:
    yield _Asking(channel)


class _Asking(Line):
    def __init__(self, channel: Telegram) -> None:
        self._channel = channel

    def next(self, cursor: str, seconds: float) -> Page:
        """Wait for updates; to ask with a cursor tells Telegram that all earlier ones are kept."""
        asked: dict[str, Any] = {
            "timeout": int(seconds),
            "limit": _AT_ONCE,
            "allowed_updates": HEARD,
        }
        if cursor.isdigit():
            asked["offset"] = int(cursor)
        try:
            api = self._channel.api()
            told = api.call("getUpdates", seconds=seconds + 15, **asked)
            found = [one for one in told if isinstance(one, dict)]
            for one in found:
                _stop_turning(api, one)
        except (Undelivered, TypeError) as stopped:
            raise Unreachable(str(stopped)) from stopped
        last = max((int(one["update_id"]) for one in found), default=None)
        bodies = [json.dumps(one).encode() for one in found]
        return Page(bodies, cursor if last is None else str(last + 1), len(found) == _AT_ONCE)


def _stop_turning(api: Api, update: dict[str, Any]) -> None:
    pressed = update.get("callback_query")
    if isinstance(pressed, dict):
        try:
            api.call("answerCallbackQuery", callback_query_id=pressed.get("id"))
        except Undelivered:
            return  # it turned for too long: nobody waits any more
