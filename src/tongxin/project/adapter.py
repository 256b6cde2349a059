import logging
from smtplib import SMTPException
from threading import Thread
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.sites.requests import RequestSite
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.utils import timezone

from tongxin.center.accounts.actions import end_log_ins, note_log_in
from tongxin.center.accounts.models import User
from tongxin.faces.doors.actors import LOG_IN
from tongxin.faces.doors.logins import came_from

_log = logging.getLogger(__name__)


class ClosedDoor(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Nobody signs up by themselves: members are let in by members."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        """Begin a session, and remember from where."""
        super().login(request, user)
        if not request.session.session_key:
            request.session.save()
        address, browser = came_from(request)
        request.session[LOG_IN] = note_log_in(
            user_id=user.pk, session_key=str(request.session.session_key), ip=address, browser=browser,
            now=timezone.now(),
        )  # fmt: skip

    def logout(self, request: HttpRequest) -> None:
        """End this session: its sockets close as well."""
        if request.user.is_authenticated and (log_in_id := request.session.get(LOG_IN)):
            end_log_ins(user_id=request.user.pk, log_in_id=log_in_id, now=timezone.now())
        super().logout(request)

    def set_password(self, user: User, password: str) -> None:
        """Set a new password: whoever knew the old one is out."""
        super().set_password(user, password)
        end_log_ins(user_id=user.pk, now=timezone.now())

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
