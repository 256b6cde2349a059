"""Telegram's Bot API as one bot sees it, kept true by driving it with python-telegram-bot."""

import json
from typing import Any

from tests.plugins.standin import Asked

TOKEN = "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11"
ME = {"id": 123456, "is_bot": True, "first_name": "Shop", "username": "shop_bot"}
_FILES = {
    "sendPhoto": "photo",
    "sendDocument": "document",
    "sendVoice": "voice",
    "sendVideo": "video",
}


class BotApi:
    """What a bot may call; ``updates`` wait for it, ``sent`` is what it said, ``shown`` what people see of it."""

    def __init__(self) -> None:
        self.updates: list[dict[str, Any]] = []
        self.sent: list[dict[str, Any]] = []
        self.shown: dict[int, dict[str, Any]] = {}
        self.changed: list[dict[str, Any]] = []
        self.webhook: dict[str, Any] = {}
        self.refusing: tuple[int, dict[str, Any]] | None = None

    def __call__(self, asked: Asked) -> Any:
        if asked.path.startswith(f"/file/bot{TOKEN}/"):
            return (200, b"OggS") if asked.path.endswith("/voice/file_0.oga") else (404, b"")
        bot, _slash, method = asked.path.removeprefix("/bot").partition("/")
        if bot != TOKEN:
            return 401, {"ok": False, "error_code": 401, "description": "Unauthorized"}
        if self.refusing and method.startswith(("send", "edit", "delete")):
            status, said = self.refusing
            return status, {"ok": False, "error_code": status} | said
        try:
            return 200, {"ok": True, "result": getattr(self, method)(_said(asked))}
        except AttributeError:
            return 404, {"ok": False, "error_code": 404, "description": "Not Found"}
        except LookupError as wrong:
            described = f"Bad Request: {wrong.args[0]}"
            return 400, {"ok": False, "error_code": 400, "description": described}

    def getMe(self, said: dict[str, Any]) -> Any:  # noqa: N802 - Telegram's names
        return ME | {
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    def getUpdates(self, said: dict[str, Any]) -> Any:  # noqa: N802
        offset = int(said.get("offset", 0))
        self.updates = [one for one in self.updates if one["update_id"] >= offset]
        return self.updates[: int(said.get("limit", 100))]

    def setWebhook(self, said: dict[str, Any]) -> Any:  # noqa: N802
        self.webhook = said
        return True

    def deleteWebhook(self, said: dict[str, Any]) -> Any:  # noqa: N802
        self.webhook = {}
        return True

    def answerCallbackQuery(self, said: dict[str, Any]) -> Any:  # noqa: N802
        return bool(said["callback_query_id"])

    def getFile(self, said: dict[str, Any]) -> Any:  # noqa: N802
        return {"file_id": said["file_id"], "file_unique_id": "c", "file_path": "voice/file_0.oga"}

    def sendChatAction(self, said: dict[str, Any]) -> Any:  # noqa: N802
        self.changed.append({"method": "sendChatAction"} | said)
        return True

    def sendMessage(self, said: dict[str, Any]) -> Any:  # noqa: N802
        return self._sent(said, {"text": said["text"]})

    def editMessageText(self, said: dict[str, Any]) -> Any:  # noqa: N802
        return self._changed("editMessageText", said, "text")

    def editMessageCaption(self, said: dict[str, Any]) -> Any:  # noqa: N802
        return self._changed("editMessageCaption", said, "caption")

    def deleteMessage(self, said: dict[str, Any]) -> Any:  # noqa: N802
        self.changed.append({"method": "deleteMessage"} | said)
        if int(said["message_id"]) not in self.shown:
            raise LookupError("message to delete not found")
        del self.shown[int(said["message_id"])]
        return True

    def _changed(self, method: str, said: dict[str, Any], part: str) -> dict[str, Any]:
        self.changed.append({"method": method} | said)
        number = int(said["message_id"])
        if number not in self.shown:
            raise LookupError("message to edit not found")
        if self.shown[number].get(part) == said[part]:
            raise LookupError("message is not modified")
        self.shown[number][part] = said[part]
        return self._message(number, said["chat_id"], self.shown[number])

    def __getattr__(self, method: str) -> Any:
        if method not in _FILES:
            raise AttributeError(method)
        return lambda said: self._sent(said, _shown(_FILES[method], said))

    def _sent(self, said: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
        if str(said["chat_id"]) == "404":
            raise LookupError("chat not found")
        self.sent.append(said)
        number = 900 + len(self.sent)
        self.shown[number] = content
        return self._message(number, said["chat_id"], content)

    def _message(self, number: int, chat_id: Any, content: dict[str, Any]) -> dict[str, Any]:
        chat = {"id": int(chat_id), "type": "private", "first_name": "小梅"}
        return {"message_id": number, "date": 1441645532, "chat": chat, "from": ME} | content


def _said(asked: Asked) -> dict[str, Any]:
    kind = asked.headers.get("content-type", "")
    if kind.startswith("application/json"):
        found: dict[str, Any] = asked.json()
        return found
    if kind.startswith("multipart/"):
        return {n: v if f else v.decode() for n, (f, v) in asked.parts().items()}
    return {n: json.loads(v) if v[:1] in "[{" else v for n, v in asked.form().items()}


def _shown(field: str, said: dict[str, Any]) -> dict[str, Any]:
    file: dict[str, Any] = {"file_id": "F1", "file_unique_id": "u", "file_size": len(said[field])}
    if field == "photo":
        return {"photo": [file | {"width": 1, "height": 1}], "caption": said.get("caption", "")}
    sized = {"width": 1, "height": 1, "duration": 1} if field == "video" else {}
    return {field: file | sized | ({"duration": 1} if field == "voice" else {})}
