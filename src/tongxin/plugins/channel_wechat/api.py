"""What the three interfaces share: a token that lives two hours, and one list of error codes.

https://developers.weixin.qq.com/doc/offiaccount/Getting_Started/Global_Return_Code.html and
https://developer.work.weixin.qq.com/document/path/90313
"""

from collections.abc import Callable, Mapping
from email.message import Message
from typing import Any
from urllib.parse import unquote

from tongxin.sdk import (
    LARGEST_FILE,
    Attachment,
    Enclosure,
    Failure,
    Reply,
    Tokens,
    Undelivered,
    Unreachable,
    Web,
    token_in,
)

_UPLOADING = 60.0
_STALE = frozenset({40001, 40014, 42001, 42007})  # what is said of a token that ended early
_CODES: Mapping[Failure, frozenset[int]] = {
    Failure.WINDOW_CLOSED: frozenset({45015, 45047, 95001, 95002, 95013, 95018}),
    Failure.BLOCKED: frozenset({43004, 43019, 43101, 48002, 50005}),
    Failure.INVALID_RECIPIENT: frozenset({40003, 40031, 40032, 40096, 84061}),
    Failure.MEDIA: frozenset({40004, 40005, 40006, 40007, 40009, 40011, 40033, 41005, 41006, 44001, 45001, 45007}),
    Failure.CONTENT: frozenset(
        {40008, 40037, 40165, 41028, 44002, 44004, 45002, 45003, 45004, 45005, 45006, 45008, 47001, 47003, 87014}
    ),
    Failure.AUTH: frozenset(
        {40001, 40013, 40014, 40125, 40164, 40243, 41001, 41002, 41004, 42001, 48001, 48003, 48004, 48005, 48006, 50001,
         50002, 60011, 60020, 60030, 61007, 95000, 95004, 95011, 95012, 95017, 301002, 89503, 89506}
    ),
    Failure.RATE: frozenset({45009, 45011, 45033}),
}  # fmt: skip
_FAILURES = {code: failure for failure, codes in _CODES.items() for code in codes}
_AFTER = {45009: 3600.0, 45011: 60.0, 45033: 5.0}

_tokens = Tokens()


class Api:
    """One app's interface. ``fetch`` asks for a token and says for how many seconds it lives.

    Both kinds of tokens are the same for every process that asks, so each may keep its own copy in memory.
    """

    def __init__(self, base: str, owner: str, secret: str, fetch: Callable[[Web], Reply]) -> None:
        if not owner or not secret:
            raise Undelivered(Failure.AUTH, "the app's id or secret is missing")
        self._web = Web(base)
        self._fetch = fetch
        self._owner = (base, owner, secret)

    def call(
        self, path: str, said: Mapping[str, Any] | None = None, **params: str
    ) -> dict[str, Any]:
        """Return what a method says. Raises Undelivered and Unreachable."""
        return self._result(lambda token: self._ask(path, said, {"access_token": token, **params}))

    def upload(self, kind: str, file: Enclosure) -> str:
        """Keep a file for three days; return its name there."""
        files = {"media": (file.name, file.read(), file.kind or "application/octet-stream")}
        told = self._result(
            lambda token: self._web.post(
                "/cgi-bin/media/upload",
                params={"access_token": token, "type": kind},
                files=files,
                seconds=_UPLOADING,
            )
        )
        return str(told.get("media_id") or "")

    def file(self, media_id: str) -> Attachment:
        """Return a file that somebody sent."""
        reply = self._with_token(lambda token: self._download(token, media_id))
        if _is_json(reply):
            _checked(reply.told())
            raise Undelivered(Failure.MEDIA, "an answer, but no file")
        if not reply.is_good:
            raise Unreachable(f"status {reply.status}")
        return Attachment(_file_name(reply), reply.headers.get("content-type", ""), reply.body)

    def _download(self, token: str, media_id: str) -> Reply:
        params = {"access_token": token, "media_id": media_id}
        return self._web.get(
            "/cgi-bin/media/get", params=params, seconds=_UPLOADING, most=LARGEST_FILE
        )

    def _ask(self, path: str, said: Mapping[str, Any] | None, params: dict[str, str]) -> Reply:
        if said is None:
            return self._web.get(path, params=params)
        return self._web.post(path, params=params, json=dict(said))

    def _result(self, ask: Callable[[str], Reply]) -> dict[str, Any]:
        return _checked(self._with_token(ask).told())

    def _with_token(self, ask: Callable[[str], Reply]) -> Reply:
        return _tokens.use(self._owner, self._new_token, ask, _is_stale)

    def _new_token(self) -> tuple[str, float]:
        return token_in(_checked(self._fetch(self._web).told()), "access_token", "expires_in")


def _checked(told: dict[str, Any]) -> dict[str, Any]:
    """Return an answer that is not an error. Raises Undelivered."""
    code = told.get("errcode", 0)
    if code == 0:
        return told
    if not isinstance(code, int):
        raise Unreachable("an error that is no number")
    said = f"{code} {told.get('errmsg') or ''}".strip()
    raise Undelivered(_FAILURES.get(code, _of_others(code)), said, _AFTER.get(code, 0.0))


def _of_others(code: int) -> Failure:
    """Tell whether an error that is not in our list may pass: all but -1 and the 5 digits of bad requests."""
    return Failure.CONTENT if 40000 <= code < 50000 else Failure.TRANSIENT  # noqa: PLR2004


def _is_stale(reply: Reply) -> bool:
    return _is_json(reply) and reply.told().get("errcode") in _STALE


def _is_json(reply: Reply) -> bool:
    kind = reply.headers.get("content-type", "")
    return ("json" in kind or "text/plain" in kind) and reply.body[:1] == b"{"


def _file_name(reply: Reply) -> str:
    message = Message()
    message["content-disposition"] = reply.headers.get("content-disposition", "")
    name = message.get_filename() or ""
    return unquote(name).replace("/", "_") or "file"
