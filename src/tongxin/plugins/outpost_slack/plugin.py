"""A channel of Slack in which colleagues hear what waits: https://docs.slack.dev/apis/events-api/."""

import hmac
from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import BaseModel, Field

from tongxin.plugins.outpost_slack.words import escaped, formed, words_of
from tongxin.sdk import (
    Answer,
    Call,
    Failure,
    Json,
    Outpost,
    Reply,
    Said,
    Telling,
    Undelivered,
    Unreachable,
    Web,
    asking,
    check_recent,
    check_same,
    understood,
)
from tongxin.sdk import translate as _

BASE = "https://slack.com"
_SKEW = 300  # seconds that a call may be old
_LIMITED = 429


class Event(BaseModel):
    """A message, as far as it matters."""

    type: str = ""
    subtype: str = ""
    user: str = Field("", max_length=100)
    bot: str = Field("", alias="bot_id")
    text: str = ""
    blocks: Json = None
    at: str = Field("", alias="ts", max_length=100)
    thread: str = Field("", alias="thread_ts", max_length=100)
    channel: str = ""

    @property
    def words(self) -> str:
        """Return what people read of it."""
        return words_of(self.text, self.blocks if isinstance(self.blocks, list) else [])


class Push(BaseModel):
    """A call's body."""

    type: str
    challenge: str = ""
    event: Event = Event()


class Slack(Outpost):
    """One app in one channel."""

    kind: ClassVar[str] = "slack"

    def verify(self, call: Call) -> None:
        """Slack signs the time and the body; what is older than five minutes is a repetition of somebody else's."""
        secret, at = self.of("signing_secret"), call.headers.get("x-slack-request-timestamp", "")
        check_recent(at, call.came_at, _SKEW)
        said = b"v0:" + at.encode() + b":" + call.body
        right = f"v0={hmac.digest(secret.encode(), said, 'sha256').hex()}" if secret else ""
        check_same(right, call.headers.get("x-slack-signature", ""))

    def handshake(self, call: Call) -> Answer | None:
        """Say the challenge back when the address is entered there."""
        said = understood(Push, call.body)
        return Answer(said.challenge.encode()) if said.type == "url_verification" else None

    def hear(self, call: Call) -> Sequence[Said]:
        """What somebody wrote in a thread of our channel; what apps write is nobody's word."""
        event = understood(Push, call.body).event
        has_files = event.subtype == "file_share"
        is_answer = event.thread and event.thread != event.at and event.user
        is_ours = event.type == "message" and event.channel == self.of("room") and not event.bot
        is_said = has_files or (event.text.strip() and not event.subtype)
        if not (is_answer and is_ours and is_said):
            return []
        words = "" if has_files else event.words
        return [Said(f"{event.channel}:{event.at}", event.thread, event.user, words)]

    def tell(self, telling: Telling) -> str:
        """Write in the channel, or in a thread of it."""
        text = escaped(telling.text)
        if telling.link:
            text = f"{text}\n<{escaped(telling.link)}>"
        said: dict[str, Any] = {
            "channel": self.of("room"), "text": text, "unfurl_links": False,
            "blocks": [formed(telling.text, telling.link, telling.button)],
        }  # fmt: skip
        if telling.thread:
            said["thread_ts"] = telling.thread
        return str(self._call("chat.postMessage", json=said).get("ts") or "")

    def email_of(self, author: str) -> str:
        """As Slack knows it, of people of our own team only: others' administrators write what they like."""
        who = _object(self._call("users.info", params={"user": author}).get("user"))
        team = self._call("auth.test", json={}).get("team_id")
        is_ours = bool(team) and who.get("team_id") == team
        if (
            not is_ours
            or who.get("deleted")
            or who.get("is_bot")
            or who.get("is_email_confirmed") is False
        ):
            return ""
        return str(_object(who.get("profile")).get("email") or "")

    def try_out(self) -> str:
        """Return the app's name, and the team's."""
        told = self._call("auth.test", json={})
        return f"{told.get('user') or ''} ({told.get('team') or ''})"

    def _call(self, method: str, **said: Any) -> dict[str, Any]:  # noqa: ANN401 - what a request carries
        with asking():
            if not (token := self.of("bot_token")):
                raise Undelivered(Failure.AUTH, _("The bot token is missing."))
            web = Web(self.of("api_base") or BASE, {"authorization": f"Bearer {token}"})
            path = f"/api/{method}"
            return _told(web.post(path, **said) if "json" in said else web.get(path, **said))


def _told(reply: Reply) -> dict[str, Any]:
    if reply.status == _LIMITED:
        raise Unreachable("asked too often")
    told = reply.told()
    if told.get("ok") is not True:
        raise Undelivered(Failure.CONTENT, str(told.get("error") or f"status {reply.status}"))
    return told


def _object(said: Json) -> dict[str, Any]:
    return said if isinstance(said, dict) else {}
