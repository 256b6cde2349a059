"""Mandrill: one post may tell of several mails, and is signed over the very address it goes to.

https://mailchimp.com/developer/transactional/guides/track-respond-activity-webhooks/
"""

import base64
import hmac
import json
from collections.abc import Mapping
from typing import Any

from anymail.webhooks.base import AnymailBaseWebhookView
from anymail.webhooks.mandrill import MandrillCombinedWebhookView

from tongxin.plugins.channel_email.providers.posts import Post
from tongxin.sdk import forged

_EVENTS, _NONE = "mandrill_events", "[]"
_TRIAL = "test-webhook"  # what Mandrill tries an address with, before it gives that a key


def is_mail(post: Post) -> bool:
    """Whether it is about mails that came: a post is never about both."""
    return any(one.get("event") == "inbound" for one in json.loads(post.POST[_EVENTS]))


def is_trial(post: Post) -> bool:
    """Whether Mandrill only tries the address: it tells nothing, by a signature that everybody can make."""
    return post.POST.get(_EVENTS) == _NONE and _is_signed(post, _TRIAL)


class Posts(MandrillCombinedWebhookView):  # type: ignore[misc]
    """Whatever Mandrill posts. Each webhook there has a key of its own: several stand side by side."""

    def __init__(self, webhook_key: str) -> None:
        AnymailBaseWebhookView.__init__(self)
        self._keys = webhook_key.split()

    def run_validators(self, request: Post) -> None:
        """Raise Refused (``hook.forged``) unless it is signed by one of the keys."""
        if not any(_is_signed(request, key) for key in self._keys):
            raise forged()

    def mandrill_inbound_to_anymail_event(self, esp_event: Mapping[str, Any]) -> Any:  # noqa: ANN401
        """Read a mail, and note its bytes."""
        event = super().mandrill_inbound_to_anymail_event(esp_event)
        event.raw = str(esp_event["msg"]["raw_msg"]).encode("utf-8", "replace")
        return event


def _is_signed(post: Post, key: str) -> bool:
    words = post.url + "".join(f"{name}{post.POST[name]}" for name in sorted(post.POST))
    right = hmac.digest(key.encode(), words.encode("utf-8", "replace"), "sha1")
    shown = post.headers.get("x-mandrill-signature", "").encode("utf-8", "replace")
    return hmac.compare_digest(base64.b64encode(right), shown)
