"""Hand mails to a provider's interface, and say in the house's words why it took one or did not."""

import json
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from typing import Any

from anymail.exceptions import AnymailError, AnymailInvalidAddress, AnymailRecipientsRefused
from django.core.mail import EmailMultiAlternatives

from tongxin.plugins.channel_email.letters import letter_of
from tongxin.plugins.channel_email.providers.services import backend_of
from tongxin.plugins.channel_email.providers.steps import NAME, TO
from tongxin.sdk import Departure, Failure, Receipt, Undelivered, each

_AT_ONCE = 4
_CARRIED = ("Message-ID", "In-Reply-To", "References", "Auto-Submitted", "X-Auto-Response-Suppress")
_KEEPS = {"postmark": {"X-PM-KeepID": "true"}}  # it names mails anew, unless it is asked not to
_REFUSED = {
    "invalid": Failure.INVALID_RECIPIENT,
    "rejected": Failure.BLOCKED,
    "failed": Failure.CONTENT,
}
_OF_STATUS = {
    401: Failure.AUTH, 402: Failure.QUOTA, 403: Failure.AUTH, 404: Failure.AUTH, 413: Failure.MEDIA,
    420: Failure.RATE, 429: Failure.RATE,
}  # fmt: skip
_OF_CODE: Mapping[object, Failure] = {  # Postmark's numbers, Brevo's, Resend's and Mandrill's words
    10: Failure.AUTH, 400: Failure.AUTH, 401: Failure.AUTH, 405: Failure.QUOTA, 412: Failure.AUTH,
    "not_enough_credits": Failure.QUOTA, "unauthorized": Failure.AUTH, "permission_denied": Failure.AUTH,
    "daily_quota_exceeded": Failure.QUOTA, "monthly_quota_exceeded": Failure.QUOTA,
    "Invalid_Key": Failure.AUTH, "PaymentRequired": Failure.QUOTA, "ValidationError": Failure.CONTENT,
}  # fmt: skip
_OF_RECIPIENT = (
    "'to' parameter",
    "email is not valid in to",
    "not a valid address",
    "Invalid `to` field",
)
_CODES = ("ErrorCode", "name", "code")  # as Postmark, Resend and Mandrill, and Brevo call them
_LASTING, _DOWN = 400, 500


def post(settings: Mapping[str, Any], departures: Sequence[Departure]) -> list[Receipt]:
    """Send mails, a request each; a receipt each."""
    return each(departures, lambda departure: _posted(settings, departure), _AT_ONCE)


def _posted(settings: Mapping[str, Any], departure: Departure) -> Receipt:
    mail = letter_of(departure, settings)
    name, to = mail["Message-ID"].strip("<>"), departure.recipient.value
    message = _message(mail, _KEEPS.get(settings["provider"], {}))
    message.metadata = {NAME: name, TO: to}
    backend = backend_of(settings)
    try:
        backend.send_messages([message])
    except AnymailRecipientsRefused as refused:
        raise _refusal(message, to) or Undelivered(
            Failure.INVALID_RECIPIENT, str(refused)
        ) from None
    except AnymailError as refused:
        raise _undelivered(refused) from None
    if stopped := _refusal(message, to):
        raise stopped
    return Receipt(departure.message_id, name)


def _message(mail: EmailMessage, asking: Mapping[str, str]) -> Any:  # noqa: ANN401 - anymail adds to it
    """Return a letter as anymail takes it, with headers for the provider alone."""
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    carried = {name: str(mail[name]) for name in _CARRIED if mail[name]}
    message = EmailMultiAlternatives(
        str(mail["Subject"]), plain.get_content() if plain else "", str(mail["From"]), [str(mail["To"])],
        cc=[str(mail["Cc"])] if mail["Cc"] else None, headers={**carried, **asking},
        reply_to=[str(mail["Reply-To"])] if mail["Reply-To"] else None,
    )  # fmt: skip
    if html:
        message.attach_alternative(html.get_content(), "text/html")
    for part in mail.iter_attachments():
        content = part.get_payload(decode=True)
        message.attach(part.get_filename() or "file", content, part.get_content_type())
    return message


def _refusal(message: Any, to: str) -> Undelivered | None:  # noqa: ANN401
    """Return why the person it is for does not get it, where only copies go out."""
    told = {name.lower(): one for name, one in message.anymail_status.recipients.items()}
    status = told[to.lower()].status if to.lower() in told else ""
    failure = _REFUSED.get(status)
    response = message.anymail_status.esp_response
    return Undelivered(failure, _words(response)) if failure else None


def _undelivered(refused: AnymailError) -> Undelivered:
    response, status = refused.response, refused.status_code or 0
    if isinstance(refused, AnymailInvalidAddress):
        return Undelivered(Failure.INVALID_RECIPIENT, str(refused))
    if response is None or status < _LASTING:  # nothing was asked, or what came back is no answer
        failure = Failure.CONTENT if response is None else Failure.TRANSIENT
        return Undelivered(failure, str(refused.args[0] if refused.args else refused))
    words = _words(response)
    return Undelivered(_failure(status, _code(response), words), words, _pause(response.headers))


def _failure(status: int, code: object, words: str) -> Failure:
    if code in _OF_CODE:  # Mandrill refuses with a status as if it were down
        return _OF_CODE[code]
    if status >= _DOWN:
        return Failure.TRANSIENT
    if any(one in words for one in _OF_RECIPIENT):
        return Failure.INVALID_RECIPIENT
    return _OF_STATUS.get(status, Failure.CONTENT)


def _code(response: Any) -> object:  # noqa: ANN401
    told = _told(response)
    code = next((told[name] for name in _CODES if name in told), None)
    return code if isinstance(code, int | str) else None


def _words(response: Any) -> str:  # noqa: ANN401
    """Return what a provider says, with its code."""
    told = _told(response)
    said = told.get("Message") or told.get("message") or response.text
    return f"{_code(response) or response.status_code} {said}"


def _told(response: Any) -> Mapping[str, Any]:  # noqa: ANN401
    try:
        told = json.loads(response.content)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _pause(headers: Mapping[str, str]) -> float:
    said = headers.get("retry-after", "")
    return float(said) if said.isdecimal() else 0.0
