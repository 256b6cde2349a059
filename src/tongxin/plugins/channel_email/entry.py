"""Log in to mail servers: by password, or by a token that the provider gives for another (OAuth 2)."""

import smtplib
from collections.abc import Mapping
from typing import Any

from imapclient import IMAPClient


def user_of(settings: Mapping[str, Any]) -> str:
    """Return the name to log in by."""
    return str(settings.get("user") or settings["address"])


def log_in_by_smtp(server: smtplib.SMTP, settings: Mapping[str, Any]) -> None:
    """Log in where there is a password. Raises smtplib.SMTPException."""
    if settings.get("password"):
        server.login(user_of(settings), str(settings["password"]))


def log_in_by_imap(client: IMAPClient, settings: Mapping[str, Any]) -> None:
    """Log in. Raises imapclient.exceptions.LoginError."""
    client.login(user_of(settings), str(settings["password"]))
