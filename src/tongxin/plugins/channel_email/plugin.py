"""E-mail: whatever arrives becomes a message, whatever is answered becomes a mail."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import ClassVar

from tongxin.plugins.channel_email import mailbox, posting
from tongxin.plugins.channel_email.arrivals import KIND, batch_of
from tongxin.plugins.channel_email.entry import Entry
from tongxin.plugins.channel_email.mime import read_mail
from tongxin.sdk import Batch, Call, Channel, Departure, Line, Receipt, Refused, asking
from tongxin.sdk import translate as _


class Email(Channel):
    """One mailbox: read by IMAP or by the house's own mail door, answered by SMTP."""

    kind: ClassVar[str] = KIND

    def verify(self, call: Call) -> None:
        """Mail comes by IMAP or by the mail door, which knows its servers; nothing by the public door."""
        raise Refused("hook.forged", _("Mail does not come in by this door."))

    def hear(self, call: Call) -> Batch:
        """Read a mail, given raw as the call's body."""
        own = str(self.settings["address"])
        return batch_of(read_mail(call.body), call.body, own, call.came_at)

    def listen(self) -> AbstractContextManager[Line] | None:
        """Open the mailbox, where one was named."""
        is_named = bool(self.settings["imap_host"])
        return mailbox.listened_at(self.settings, Entry(self)) if is_named else None

    def say(self, departures: Sequence[Departure]) -> list[Receipt]:
        """Send mails by SMTP, one after the other over one connection."""
        return posting.post(self.settings, Entry(self), departures)

    def try_out(self) -> str:
        """Log in to both servers; return our address. Raises Refused: ``inbox.unreachable``, ``inbox.not_accepted``."""
        entry = Entry(self)
        entry.forget()
        with asking():
            if self.settings["imap_host"]:
                with mailbox.opened(self.settings, entry):
                    pass
            posting.greet(self.settings, entry)
        return str(self.settings["address"])
