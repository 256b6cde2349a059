"""Whom we know: how each of them proves who it is, and where it puts a mail as it came."""

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from anymail.webhooks.base import AnymailBaseWebhookView, AnymailCoreWebhookView
from anymail.webhooks.brevo import BrevoInboundWebhookView, BrevoTrackingWebhookView
from anymail.webhooks.mailgun import MailgunInboundWebhookView, MailgunTrackingWebhookView
from anymail.webhooks.postmark import PostmarkInboundWebhookView, PostmarkTrackingWebhookView
from anymail.webhooks.resend import ResendTrackingWebhookView
from anymail.webhooks.sendgrid import SendGridInboundWebhookView, SendGridTrackingWebhookView

from tongxin.plugins.channel_email.providers.posts import Post
from tongxin.sdk import check_same

_IN_ADDRESS = "webhook_secret"  # a name and a password, which stand in the address


@dataclass(frozen=True)
class Provider:
    """A provider: anymail's readers of its two kinds of posts, by what it proves itself, where a whole mail stands."""

    mails: Any
    steps: Any
    proof: str = _IN_ADDRESS
    whole: str = ""
    dated: bool = False  # its signature says when, and nothing of what is posted

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
    "resend": Provider(None, _ResendSteps, "signing_secret"),  # of a mail it posts only that it came
}  # fmt: skip
