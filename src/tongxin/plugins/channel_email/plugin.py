"""E-mail: whatever arrives becomes a message, whatever is answered becomes a mail."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import ClassVar

from tongxin.plugins.channel_email import mailbox, posting
from tongxin.plugins.channel_email.arrivals import KIND, batch_of
from tongxin.plugins.channel_email.entry import Entry
from tongxin.plugins.channel_email.mime import read_mail
from tongxin.plugins.channel_email.providers import hearing, received, sending, services
from tongxin.plugins.channel_email.providers.files import file_of
from tongxin.sdk import (
    Answer,
    Attachment,
    Batch,
    Call,
    Channel,
    Departure,
    Line,
    Receipt,
    asking,
    fetching,
)

_POSTED = "POST"


class Email(Channel):
    """One mailbox: read by IMAP, filled by the house's mail door or by a provider; answered by SMTP or a provider."""

    kind: ClassVar[str] = KIND

    def verify(self, call: Call) -> None:
        """By the public door only a provider's posts come; the mail door knows its servers."""
        hearing.verify(self.settings, call)

    def handshake(self, call: Call) -> Answer | None:
        """Mandrill tries the address; Amazon asks whether we want what its topic says."""
        return hearing.handshake(self.settings, call)

    def hear(self, call: Call) -> Batch:
        """Read what a provider posted; or a mail, given raw as the call's body."""
        if call.method == _POSTED:
            return hearing.hear(self.settings, call)
        own = str(self.settings["address"])
        return batch_of(read_mail(call.body), call.body, own, call.came_at)

    def fetch(self, reference: str) -> Attachment:
        """Fetch a file that the provider keeps."""
        with fetching():
            return file_of(self.settings, reference)

    def listen(self) -> AbstractContextManager[Line] | None:
        """Open the mailbox, where mail comes by IMAP and one was named; or what the provider keeps for us."""
        if self._fetches():
            return received.opened(self.settings)
        return mailbox.listened_at(self.settings, Entry(self)) if self._reads() else None

    def say(self, departures: Sequence[Departure]) -> list[Receipt]:
        """Send mails: by SMTP, one after the other over one connection; or by a provider's interface."""
        if self._by_provider():
            return sending.post(self.settings, departures)
        return posting.post(self.settings, Entry(self), departures)

    def try_out(self) -> str:
        """Log in where mail comes from and where it goes to; return our address.

        Raises Refused: ``inbox.unreachable``, ``inbox.not_accepted``.
        """
        entry = Entry(self)
        entry.forget()
        with asking():
            hearing.check(self.settings)
            if self._reads():
                with mailbox.opened(self.settings, entry):
                    pass
            if self._fetches():
                received.try_out(self.settings)
            if self._by_provider():
                services.try_out(self.settings)
            else:
                posting.greet(self.settings, entry)
        return str(self.settings["address"])

    def _by_provider(self) -> bool:
        return self.settings.get("goes_out") == "provider"

    def _fetches(self) -> bool:
        """Whether mails are at a provider, who only posts that they came."""
        return (self.settings.get("comes_in"), self.settings.get("provider")) == (
            "provider",
            "resend",
        )

    def _reads(self) -> bool:
        """Whether we read a mailbox; in inboxes from before there was a choice it is not made."""
        by_imap = self.settings.get("comes_in") in {None, "imap"}
        return by_imap and bool(self.settings["imap_host"])
