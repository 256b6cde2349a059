"""The gateway's door for the house: recordings, and the small part of Twilio's interface by which calls are made."""

import base64
import hmac
import json
import logging
import re
import threading
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol, Self

from tongxin.plugins.channel_phone.gateway.calling import Calling
from tongxin.plugins.channel_phone.gateway.recording import Recordings
from tongxin.plugins.channel_phone.gateway.settings import Settings
from tongxin.plugins.channel_phone.gateway.verbs import LONGEST
from tongxin.sdk import Refused, form_of

_PATH = re.compile(
    r"/2010-04-01/Accounts/(?P<account>\w{1,64})(?:/(?P<kind>Recordings|Calls)(?:/(?P<name>\w{1,64}))?)?"
    r"\.(?P<form>json|wav)",
    re.ASCII,
)
_PATIENCE = 10.0

log = logging.getLogger(__name__)

Answer = tuple[HTTPStatus, str, bytes]


class House(Protocol):
    """What is asked for at the door."""

    recordings: Recordings

    def name(self) -> str: ...
    def call(self, form: Mapping[str, str]) -> Calling | None: ...
    def change(self, sid: str, form: Mapping[str, str]) -> Calling | None: ...


class Door:
    """Answers whoever shows the account's name and token."""

    def __init__(self, settings: Settings, house: House) -> None:
        self._house = house
        self._account = settings.account_sid
        pair = f"{settings.account_sid}:{settings.auth_token}".encode()
        self._login = f"Basic {base64.b64encode(pair).decode()}"
        self._server = ThreadingHTTPServer(settings.door, self._handler())
        self._server.daemon_threads = True
        self.port: int = self._server.server_port

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, method: str, path: str, login: str, body: bytes) -> Answer:
        """Return what a request is answered."""
        found = _PATH.fullmatch(path)
        if not hmac.compare_digest(login.encode(), self._login.encode()):
            return _refused(HTTPStatus.UNAUTHORIZED, 20003, "Authenticate")
        if found is None or found["account"] != self._account:
            return _NOT_FOUND
        if method == "POST":
            return self._post(found["kind"] or "", found["name"] or "", body)
        return self._get(found["kind"] or "", found["name"] or "", found["form"])

    def _get(self, kind: str, name: str, form: str) -> Answer:
        if not kind and form == "json":
            told = {"sid": self._account, "friendly_name": self._house.name(), "status": "active"}
            return _said(HTTPStatus.OK, told)
        sound = (
            self._house.recordings.read(name) if kind == "Recordings" and form == "wav" else None
        )
        if sound is None:
            return _NOT_FOUND
        return HTTPStatus.OK, "audio/wav", sound

    def _post(self, kind: str, name: str, body: bytes) -> Answer:
        try:
            form = form_of(body) if kind == "Calls" else {}
        except Refused:
            form = {}
        if not form:
            return _refused(HTTPStatus.BAD_REQUEST, 21617, "Only calls are made here")
        return self._changed(name, form) if name else self._called(form)

    def _changed(self, name: str, form: Mapping[str, str]) -> Answer:
        call = self._house.change(name, form)
        return _said(HTTPStatus.OK, _told(call)) if call else _NOT_FOUND

    def _called(self, form: Mapping[str, str]) -> Answer:
        if not form.get("Url", "").startswith(("https://", "http://")):
            return _refused(HTTPStatus.BAD_REQUEST, 21205, "Url is needed")
        if call := self._house.call(form):
            return _said(HTTPStatus.CREATED, _told(call))
        return _refused(HTTPStatus.TOO_MANY_REQUESTS, 20429, "No line is free, or none leads there")

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        answer = self.answer

        class Handler(BaseHTTPRequestHandler):
            timeout = _PATIENCE

            def do_GET(self) -> None:
                self._do(b"")

            def do_POST(self) -> None:
                length = self.headers.get("content-length", "")
                self._do(self.rfile.read(min(int(length), LONGEST)) if length.isdecimal() else b"")

            def _do(self, body: bytes) -> None:
                login = self.headers.get("authorization", "")
                status, kind, said = answer(self.command, self.path.partition("?")[0], login, body)
                self.send_response(status)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
                log.debug(format, *args)

        return Handler


def _told(call: Calling) -> Mapping[str, Any]:
    party = call.party
    status = (
        "queued"
        if party.direction == "outbound-api" and not call.talk.is_answered
        else call.talk.status
    )
    return {
        "sid": party.sid, "status": status, "to": party.called, "from": party.caller,
        "direction": party.direction,
    }  # fmt: skip


def _said(status: HTTPStatus, told: Mapping[str, Any]) -> Answer:
    return status, "application/json", json.dumps(told, ensure_ascii=False).encode()


def _refused(status: HTTPStatus, code: int, message: str) -> Answer:
    """Say no as Twilio does, with its code."""
    return _said(status, {"code": code, "message": message})


_NOT_FOUND = _refused(HTTPStatus.NOT_FOUND, 20404, "Not found")
