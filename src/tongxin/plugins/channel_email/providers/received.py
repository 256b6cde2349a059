"""Mails that Resend keeps: it posts only that one came; they are fetched as out of a mailbox.

The cursor is the ids of those that were handed over last: the list, newest first, is read back to them. Whatever is
read twice is known by its Message-ID. https://resend.com/docs/api-reference/emails/list-received-emails
"""

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from anymail.inbound import AnymailInboundMessage

from tongxin.plugins.channel_email.providers.rebuilding import rebuilt
from tongxin.plugins.channel_email.providers.services import base_of
from tongxin.sdk import LARGEST_FILE, Failure, Line, Page, Reply, Undelivered, Unreachable, Web
from tongxin.sdk import translate as _

_LIST, _GONE = "/emails/receiving", frozenset({404, 410})
_NO_FILE = _GONE | {403}  # as the store says it where an address no longer holds
_LISTED, _MOST_PAGES, _AT_FIRST = 100, 100, 20
_MOST_MAILS, _MOST_BYTES = 20, 20 * 1024 * 1024
_REMEMBERED = 50
_TOO_OFTEN, _LONGEST_PAUSE = 429, 5.0
_DOWNLOADING = 60.0
_OWN = frozenset({"from", "to", "cc", "bcc", "subject", "message-id", "mime-version"})
_ID = re.compile(r"[\w-]{1,64}", re.ASCII)


@contextmanager
def opened(settings: Mapping[str, Any]) -> Iterator["Received"]:
    """Open what Resend took in for us. Raises Unreachable without a key."""
    key = str(settings.get("api_key") or "").strip()
    if not key:
        raise Unreachable(str(_("the API key of the provider is missing")))
    yield Received(Web(base_of(settings), {"authorization": f"Bearer {key}"}))


def try_out(settings: Mapping[str, Any]) -> None:
    """Look whether our key may read what came in. Raises Undelivered and Unreachable."""
    if not settings.get("api_key"):
        raise Undelivered(Failure.AUTH, str(_("the API key of the provider is missing")))
    with opened(settings) as received:
        received.look()


class Received(Line):
    """The mails that an account at Resend took in."""

    def __init__(self, web: Web) -> None:
        self._web = web

    def look(self) -> None:
        """Ask for the latest. Raises Undelivered and Unreachable."""
        reply = self._web.get(_LIST, params={"limit": 1})
        if not reply.is_good:
            words = reply.body[:200].decode(errors="replace")
            raise Undelivered(Failure.AUTH, f"status {reply.status} {words}")

    def next(self, cursor: str, seconds: float) -> Page:
        """Return mails after the cursor, the oldest first; where there is none, only after so long."""
        try:
            page = self._read(cursor.split())
        except (KeyError, TypeError, AttributeError, ValueError) as failure:
            raise Unreachable(f"an answer unlike those of Resend: {failure!r}") from failure
        if not page.bodies and not page.has_more:
            time.sleep(seconds)  # Resend calls us where one comes; this is for calls that are lost
        return page

    def _read(self, known: list[str]) -> Page:
        fresh = self._fresh(known)
        bodies, size = list[bytes](), 0
        for name in fresh[:_MOST_MAILS]:
            try:
                bodies.append(self._body(name))
            except Unreachable:
                if not bodies:
                    raise
                break  # what was fetched is kept, so that one gets on however little is let through
            size += len(bodies[-1])
            if size > _MOST_BYTES:
                break
        place = " ".join([*known, *fresh[: len(bodies)]][-_REMEMBERED:])
        return Page([one for one in bodies if one], place, len(bodies) < len(fresh))

    def _fresh(self, known: Sequence[str]) -> list[str]:
        """Return the ids of what came after the last that is known, the oldest first; at first the latest few."""
        found = list[str]()
        for _page in range(_MOST_PAGES):
            more = {"after": found[-1]} if found else {}
            told = _good(self._asked(_LIST, {"limit": _LISTED, **more})).told()
            names = [str(one["id"]) for one in told["data"] if _ID.fullmatch(str(one["id"]))]
            found += names
            if not known or not names or not told.get("has_more") or set(names) & set(known):
                break
        read = [at for at, name in enumerate(found) if name in known]
        until = _AT_FIRST if not known else (read[-1] if read else len(found))
        return [name for name in reversed(found[:until]) if name not in known]

    def _body(self, name: str) -> bytes:
        """Return a mail as it came; nothing where it was deleted there."""
        reply = self._asked(f"{_LIST}/{name}")
        if reply.status in _GONE:
            return b""
        told = _good(reply).told()
        try:
            return self._raw(told) or rebuilt(
                _message(told, self._files(name, told)), name.encode()
            )
        except Unreachable:
            raise
        except Exception:  # noqa: BLE001 - anymail does not expect what it does not know
            return reply.body  # unlike any mail: people see it as it is, and it holds nothing up

    def _asked(self, path: str, params: Mapping[str, str | int] | None = None) -> Reply:
        """Ask; once more where Resend was asked too often, as it is soon by two questions a mail."""
        reply = self._web.get(path, params=params or {})
        if reply.status != _TOO_OFTEN:
            return reply
        said = reply.headers.get("retry-after", "")
        time.sleep(min(float(said) if said.isdecimal() else 1.0, _LONGEST_PAUSE))
        return self._web.get(path, params=params or {})

    def _raw(self, told: Mapping[str, Any]) -> bytes:
        """Return a mail's bytes, where Resend still has them."""
        url = str((told.get("raw") or {}).get("download_url") or "")
        return self._download(url) if url else b""

    def _files(self, name: str, told: Mapping[str, Any]) -> list[Any]:
        """Return the files of a mail that was taken apart, but for those that are gone."""
        files = []
        for one in told.get("attachments") or ():
            reply = self._asked(f"{_LIST}/{name}/attachments/{one['id']}")
            url = "" if reply.status in _GONE else str(_good(reply).told()["download_url"])
            if content := url and self._download(url):
                kind = str(one.get("content_type") or "application/octet-stream")
                names = {"filename": one.get("filename"), "content_id": one.get("content_id")}
                made = AnymailInboundMessage.construct_attachment(kind, content, **names)
                files.append(made)
        return files

    def _download(self, url: str) -> bytes:
        reply = self._web.get(url, most=LARGEST_FILE, seconds=_DOWNLOADING)
        return b"" if reply.status in _NO_FILE else _good(reply).body


def _message(told: Mapping[str, Any], files: Sequence[Any]) -> Any:  # noqa: ANN401
    """Return a mail from the fields that Resend took it apart into."""
    headers = {
        name: " ".join(value.split())
        for name, value in (told.get("headers") or {}).items()
        if isinstance(value, str)
        and name.lower() not in _OWN
        and not name.lower().startswith("content-")
    }
    if told.get("message_id"):
        headers["Message-ID"] = told["message_id"]
    return AnymailInboundMessage.construct(
        from_email=told["from"], to=", ".join(told["to"]), cc=", ".join(told.get("cc") or ()) or None,
        subject=told.get("subject"), headers=headers, text=told.get("text"), html=told.get("html"),
        attachments=files,
    )  # fmt: skip


def _good(reply: Reply) -> Reply:
    """Return an answer that is one. Raises Unreachable."""
    if not reply.is_good:
        words = reply.body[:200].decode(errors="replace")
        raise Unreachable(f"Resend says: status {reply.status} {words}")
    return reply
