"""The Bot API: https://core.telegram.org/bots/api."""

import re

from tongxin.sdk import (
    LARGEST_FILE,
    Attachment,
    Enclosure,
    Failure,
    Json,
    Reply,
    Undelivered,
    Web,
    missing,
)

BASE = "https://api.telegram.org"
HEARD = ["message", "edited_message", "callback_query", "my_chat_member"]
_UPLOADING = 60.0
_NOBODY = re.compile(
    r"chat not found|peer_id_invalid|user not found|chat_id is empty|upgraded", re.IGNORECASE
)
_NO_FILE = re.compile(
    r"photo|file|media|sticker|image|document|video|audio|voice|too large", re.IGNORECASE
)
_OF_STATUS = {401: Failure.AUTH, 403: Failure.BLOCKED, 404: Failure.AUTH, 413: Failure.MEDIA}


class Api:
    """One bot's methods. They raise Undelivered and Unreachable."""

    def __init__(self, base: str, token: str) -> None:
        if not re.fullmatch(r"\d+:[\w-]+", token, re.ASCII):
            raise Undelivered(Failure.AUTH, "this is no token of a bot")
        self._web = Web(base or BASE)
        self._token = token

    def call(self, method: str, seconds: float = 15.0, **said: Json) -> Json:
        """Return what a method returns."""
        return _result(self._web.post(f"/bot{self._token}/{method}", json=said, seconds=seconds))

    def upload(self, method: str, field: str, file: Enclosure, **said: str) -> Json:
        """Send a file with a method."""
        files = {field: (file.name, file.read(), file.kind or "application/octet-stream")}
        path = f"/bot{self._token}/{method}"
        return _result(self._web.post(path, form=said, files=files, seconds=_UPLOADING))

    def file(self, file_id: str) -> Attachment:
        """Return a file. Raises Refused where Telegram no longer has it."""
        path = str(self.call("getFile", file_id=file_id).get("file_path") or "")
        if not path:
            raise missing()
        reply = self._web.get(
            f"/file/bot{self._token}/{path}", seconds=_UPLOADING, most=LARGEST_FILE
        )
        if not reply.is_good:
            raise Undelivered(_OF_STATUS.get(reply.status, Failure.TRANSIENT))
        return Attachment(path.rpartition("/")[2], "", reply.body)


def _result(reply: Reply) -> Json:
    told = reply.told()
    if told.get("ok") is True:
        return told.get("result")
    said = str(told.get("description") or "")
    extra = told.get("parameters")
    after = extra.get("retry_after") if isinstance(extra, dict) else None
    failure = _failure(reply.status, said)
    raise Undelivered(failure, said, float(after) if isinstance(after, int) else 0.0)


def _failure(status: int, said: str) -> Failure:
    if status == 429:  # noqa: PLR2004
        return Failure.RATE
    if status == 403 and "deactivated" in said:  # noqa: PLR2004
        return Failure.INVALID_RECIPIENT
    if status != 400:  # noqa: PLR2004
        return _OF_STATUS.get(status, Failure.TRANSIENT)
    if _NOBODY.search(said):
        return Failure.INVALID_RECIPIENT
    return Failure.MEDIA if _NO_FILE.search(said) else Failure.CONTENT
