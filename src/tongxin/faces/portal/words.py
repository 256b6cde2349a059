"""Every string of the widget, by the key that the widget asks for."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_DOOR: dict[str, Promise] = {
    "open": _("Open the chat"),
    "open_unread": _("Open the chat, unread messages: {count}"),
    "close": _("Close the chat"),
    "dialog": _("Chat with {name}"),
    "under": _("We answer as soon as we can"),
    "with_agent": _("{name} is here for you"),
    "queue_next": _("You are next in line"),
    "queue_place": _("You are number {place} in line"),
    "queue_minutes": _("about {minutes} min"),
    "other_language": _("中文"),
    "switch_language": _("用中文聊天"),
    "offline": _("No connection. Your messages are kept and sent as soon as it is back."),
}
_THREAD: dict[str, Promise] = {
    "log": _("Messages"),
    "team": _("Our team"),
    "you": _("You"),
    "today": _("Today"),
    "yesterday": _("Yesterday"),
    "typing": _("{name} is typing"),
    "newer": _("New messages"),
    "earlier": _("Earlier messages"),
    "sending": _("Sending"),
    "sent": _("Sent"),
    "delivered": _("Delivered"),
    "read": _("Read"),
    "edited": _("Edited"),
    "recalled": _("Message recalled"),
    "waiting": _("Not sent yet: no connection"),
    "resend": _("Send again"),
    "discard": _("Delete"),
    "picture": _("Picture: {name}"),
}
_COMPOSER: dict[str, Promise] = {
    "write": _("Write a message"),
    "send": _("Send"),
    "too_long": _("Your message has {count} characters; at most {limit} can be sent at once."),
    "attach": _("Add a file"),
    "emoji": _("Emoji"),
    "drop": _("Drop files here"),
    "remove": _("Remove {name}"),
    "uploading": _("{name} is on its way"),
    "file_empty": _("“{name}” is empty."),
    "file_type": _("Files like “{name}” are not accepted."),
    "file_large": _("“{name}” has {size}; files may have at most {limit}."),
    "file_failed": _("“{name}” did not arrive. Please try again."),
}
_CARDS: dict[str, Promise] = {
    "email_title": _("Leave your e-mail so that we can answer when you are gone."),
    "email_label": _("Your e-mail"),
    "email_send": _("Save"),
    "email_later": _("Not now"),
    "email_thanks": _("When you are gone we answer to {email}."),
    "rate_title": _("How was our service?"),
    "rate_1": _("Very bad"),
    "rate_2": _("Bad"),
    "rate_3": _("All right"),
    "rate_4": _("Good"),
    "rate_5": _("Very good"),
    "rate_solved": _("Is your question solved?"),
    "yes": _("Yes, solved"),
    "no": _("Not yet"),
    "rate_comment": _("Anything you would like to add?"),
    "rate_send": _("Send rating"),
    "rate_thanks": _("Thank you for your rating."),
    "rate_change": _("Change it"),
}


def widget() -> dict[str, str]:
    """Return the strings in the language that is active."""
    return {key: str(text) for key, text in (_DOOR | _THREAD | _COMPOSER | _CARDS).items()}
