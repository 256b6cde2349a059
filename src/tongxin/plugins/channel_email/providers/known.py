"""Whom we know: how each of them proves who it is, and where it puts a mail as it came."""

import base64
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from anymail.webhooks.base import AnymailBaseWebhookView, AnymailCoreWebhookView
from anymail.webhooks.brevo import BrevoInboundWebhookView, BrevoTrackingWebhookView
from anymail.webhooks.mailgun import MailgunInboundWebhookView, MailgunTrackingWebhookView
from anymail.webhooks.postmark import PostmarkInboundWebhookView, PostmarkTrackingWebhookView
from anymail.webhooks.resend import ResendTrackingWebhookView
from anymail.webhooks.sendgrid import SendGridInboundWebhookView, SendGridTrackingWebhookView

from tongxin.plugins.channel_email.providers import amazon, mandrill
from tongxin.plugins.channel_email.providers.posts import Post
from tongxin.sdk import Answer, check_same

_IN_ADDRESS = "webhook_secret"  # a name and a password, which stand in the address


def _is_mail(post: Post) -> bool:
    """Whether it is about a mail that came; posts about ours are JSON without what only those have."""
    if post.content_type != "application/json":
        return True
    said = json.loads(post.body)
    return isinstance(said, dict) and ("items" in said or "FromFull" in said)


def _is_news(post: Post) -> bool:
    """Whether Resend posts that a mail came."""
    return bool(json.loads(post.body)["type"] == "email.received")


@dataclass(frozen=True)
class Provider:
    """A provider: anymail's readers of its two kinds of posts, by what it proves itself, where a whole mail stands."""

    mails: Any
    steps: Any
    proof: str = _IN_ADDRESS
    whole: str = ""
    dated: bool = False  # its signature says when, and nothing of what is posted
    only_news: bool = False  # it posts that a mail came, and keeps the mail until one asks for it
    is_mail: Callable[[Post], bool] = _is_mail
    is_proof: Callable[[str], bool] = bool  # whether a secret can be one
    # Whether it only tries the address, before it has a secret; and what one answers who asks first whether we want it.
    is_trial: Callable[[Post], bool] | None = None
    joined: Callable[[str, Post], Answer | None] | None = None

    def reader(self, secret: str, *, of_mail: bool) -> Any:  # noqa: ANN401 - anymail has no types
        """Return anymail's reader of posts. Raises ValueError for a secret that can be none; TypeError."""
        return (self.mails if of_mail else self.steps)(**{self.proof: secret})


class _SendGridMails(SendGridInboundWebhookView):  # type: ignore[misc]
    """Without the warning that anymail tries SendGrid out no more; its forms are those of years."""

    def __init__(self, **given: str) -> None:
        AnymailBaseWebhookView.__init__(self, **given)


class _SendGridSteps(SendGridTrackingWebhookView):  # type: ignore[misc]
    def __init__(self, **given: str) -> None:
        AnymailBaseWebhookView.__init__(self, **given)


class _ResendSteps(ResendTrackingWebhookView):  # type: ignore[misc]
    """Signed as Standard Webhooks are, by headers with a name of Svix's; without that firm's library."""

    def __init__(self, signing_secret: str) -> None:
        AnymailCoreWebhookView.__init__(self)
        self._svix_webhook = None
        self._key = base64.b64decode(signing_secret.removeprefix("whsec_"), validate=True)
        if not self._key:
            raise ValueError("a secret without letters")

    def validate_request(self, request: Post) -> None:
        """Raise Refused (``hook.forged``) unless one of the signatures is of these very bytes."""
        name, at, shown = (
            request.headers.get(f"svix-{w}", "") for w in ("id", "timestamp", "signature")
        )
        right = hmac.digest(self._key, f"{name}.{at}.".encode() + request.body, "sha256")
        signed = f"v1,{base64.b64encode(right).decode()}"
        check_same(signed, next((one for one in shown.split() if one == signed), ""))


class _BrevoMails(BrevoInboundWebhookView):  # type: ignore[misc]
    """Brevo keeps files until one asks for them: nobody is asked while a post is read."""

    def __init__(self, **given: str) -> None:
        super().__init__(api_key="", **given)

    def esp_to_anymail_event(self, esp_event: Mapping[str, Any]) -> Any:  # noqa: ANN401
        """Read a mail without its files, and note where they are."""
        event = super().esp_to_anymail_event({**esp_event, "Attachments": []})
        event.files = esp_event.get("Attachments") or []
        return event


PROVIDERS = {
    "mailgun": Provider(
        MailgunInboundWebhookView, MailgunTrackingWebhookView, "webhook_signing_key", "body-mime",
        dated=True,
    ),
    "postmark": Provider(
        PostmarkInboundWebhookView, PostmarkTrackingWebhookView, whole="RawEmail"
    ),
    "sendgrid": Provider(_SendGridMails, _SendGridSteps, whole="email"),
    "brevo": Provider(_BrevoMails, BrevoTrackingWebhookView),
    "resend": Provider(
        _ResendSteps, _ResendSteps, "signing_secret", only_news=True, is_mail=_is_news
    ),
    "amazon_ses": Provider(
        amazon.Mails, amazon.Steps, "topic", is_mail=amazon.is_mail, is_proof=amazon.is_topic,
        joined=amazon.joined,
    ),
    "mandrill": Provider(
        mandrill.Posts, mandrill.Posts, "webhook_key", is_mail=mandrill.is_mail,
        is_trial=mandrill.is_trial,
    ),
}  # fmt: skip
