import logging
from smtplib import SMTPException
from threading import Thread
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.sites.requests import RequestSite
from django.core.mail import EmailMessage
from django.http import HttpRequest

_log = logging.getLogger(__name__)


class ClosedDoor(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Nobody signs up by themselves: members are let in by members."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send beside the request: neither its time nor its failure tells that there is an account."""
        values = {"email": email, "current_site": RequestSite(self.request), **context}
        message = self.render_mail(template_prefix, email, values)
        Thread(target=_send, args=[message]).start()


def _send(message: EmailMessage) -> None:
    try:
        message.send()
    except (OSError, SMTPException):
        _log.exception("a mail could not be sent")
