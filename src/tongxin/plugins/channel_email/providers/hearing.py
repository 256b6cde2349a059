"""What a provider posts: a mail that came for us, or what became of one of ours."""

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from tongxin.plugins.channel_email.arrivals import batch_of
from tongxin.plugins.channel_email.mime import read_mail
from tongxin.plugins.channel_email.providers.known import PROVIDERS, Provider
from tongxin.plugins.channel_email.providers.posts import Post, post_of
from tongxin.plugins.channel_email.providers.rebuilding import rebuilt
from tongxin.plugins.channel_email.providers.steps import progress_of
from tongxin.sdk import (
    Answer,
    Arrival,
    Attachment,
    Batch,
    Call,
    Failure,
    Progress,
    Reason,
    Refused,
    Undelivered,
    Unreachable,
    forged,
    malformed,
)
from tongxin.sdk import translate as _

FILE = "brevo:"
_MOST_FILES = 50
_RETRIED = 24 * 3600.0  # seconds; a provider tries for hours

log = logging.getLogger(__name__)


def check(settings: Mapping[str, Any]) -> None:
    """Raise Undelivered where a provider is to post mail, and could not prove that it is the one."""
    provider = PROVIDERS.get(str(settings.get("provider")))
    can = provider is not None and provider.is_proof(_secret(settings))
    if settings.get("comes_in") == "provider" and not can:
        said = _("choose the provider that posts mail, and enter what it proves itself by")
        raise Undelivered(Failure.AUTH, str(said))


def verify(settings: Mapping[str, Any], call: Call) -> None:
    """Raise Refused (``hook.forged``) unless the provider posted this: it signs, or knows the address's password."""
    provider, secret = PROVIDERS.get(str(settings.get("provider"))), _secret(settings)
    if provider is None or call.method != "POST":
        raise forged()
    try:
        post = post_of(call)
        if provider.is_trial and provider.is_trial(post):
            return
        is_genuine = bool(secret) and _is_signed(provider, secret, post, call.came_at)
    except Unreachable:
        raise _unproved() from None
    except Exception:  # noqa: BLE001 - whatever anymail stumbles over was not signed
        raise forged() from None
    if not is_genuine:
        raise forged()


def handshake(settings: Mapping[str, Any], call: Call) -> Answer | None:
    """Answer a provider that tries the address, or asks whether we want its posts. After ``verify``."""
    provider = PROVIDERS.get(str(settings.get("provider")))
    if provider is None or not (provider.is_trial or provider.joined):
        return None
    try:
        post = post_of(call)
        if provider.is_trial and provider.is_trial(post):
            return Answer()
        return provider.joined(_secret(settings), post) if provider.joined else None
    except Unreachable:
        raise _unproved() from None
    except (KeyError, TypeError, ValueError):
        raise malformed() from None


def hear(settings: Mapping[str, Any], call: Call) -> Batch:
    """Return what a post means. Raises Refused (``hook.malformed``, ``hook.mail_elsewhere``)."""
    provider = PROVIDERS.get(str(settings.get("provider")))
    if provider is None:
        raise malformed()
    try:
        return _meaning(provider, settings, call)
    except Refused:
        raise
    except Exception:  # nor does it expect what it does not know
        log.warning("a post of %s could not be read", settings.get("provider"), exc_info=True)
        raise malformed() from None


def _meaning(provider: Provider, settings: Mapping[str, Any], call: Call) -> Batch:
    post = post_of(call)
    is_mail = provider.is_mail(post)
    if is_mail and provider.only_news:
        return Batch(has_news=True)
    events = provider.reader(_secret(settings), of_mail=is_mail).parse_events(post)
    if not is_mail:
        return Batch(progress=list(progress_of(events, call.came_at)))
    own = str(settings["address"])
    return _joined(_mail(provider, post, event, own, call.came_at) for event in events)


def _is_signed(provider: Provider, secret: str, post: Post, now: datetime) -> bool:
    """Whether it is genuine and fresh. Raises whatever anymail does."""
    provider.reader(secret, of_mail=provider.is_mail(post)).run_validators(post)
    return not provider.dated or _age(post, now) < _RETRIED


def _unproved() -> Refused:
    """Return that one could not find out now: who posts tries again."""
    words = _("The provider cannot be asked whether this is its own: try again later.")
    return Refused("hook.unproved", words, Reason.LIMITED)


def _secret(settings: Mapping[str, Any]) -> str:
    return str(settings.get("hook_secret") or "").strip()


def _age(post: Post, now: datetime) -> float:
    """Return how many seconds ago a post was signed: what is signed is the time and not the mail."""
    at = post.POST.get("timestamp") or json.loads(post.body)["signature"]["timestamp"]
    return now.timestamp() - float(at)


def _mail(provider: Provider, post: Post, event: Any, own: str, now: datetime) -> Batch:  # noqa: ANN401
    raw = getattr(event, "raw", b"") or _whole(provider, post)
    raw = raw or rebuilt(event.message, str(event.event_id or "").encode() or post.body)
    raw = _delivered(event.message.envelope_recipient) + raw
    heard = batch_of(read_mail(raw), raw, own, now)
    files = [_file(one) for one in getattr(event, "files", ())[:_MOST_FILES]]
    return replace(
        heard,
        arrivals=[replace(a, attachments=(*a.attachments, *files)) for a in heard.arrivals],
    )


def _whole(provider: Provider, post: Post) -> bytes:
    """Return the mail as it came, where the provider gives it."""
    if not provider.whole:
        return b""
    if post.content_type != "application/json":
        return post.fields.get(provider.whole, b"")
    return str(json.loads(post.body).get(provider.whole) or "").encode("utf-8", "replace")


def _delivered(recipient: object) -> bytes:
    """Return the header by which our mark in an address is found, as mail servers write it."""
    word = "".join(str(recipient or "").split())[:254]
    return f"Delivered-To: {word}\r\n".encode("utf-8", "replace") if word else b""


def _file(said: Mapping[str, Any]) -> Attachment:
    name, kind = str(said.get("Name") or "")[:200], str(said.get("ContentType") or "")[:100]
    return Attachment(name, kind, reference=f"{FILE}{said['DownloadToken']}")


def _joined(batches: Iterable[Batch]) -> Batch:
    arrivals, progress = list[Arrival](), list[Progress]()
    for one in batches:
        arrivals += one.arrivals
        progress += one.progress
    return Batch(arrivals, progress)
