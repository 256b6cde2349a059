"""The mail reader: raw bytes in, a Mail out. No Django, no network, no database.

``read_mail`` never raises, whatever arrives; its time and memory are linear in the mail's size.
"""

import logging

from tongxin.plugins.channel_email.mime import reader
from tongxin.plugins.channel_email.mime.values import Address, Attachment, Bounce, Failure, Mail

__all__ = ["Address", "Attachment", "Bounce", "Failure", "Mail", "read_mail"]

log = logging.getLogger(__name__)


def read_mail(raw: bytes) -> Mail:
    """Return what a mail says, given as it came over the wire; what cannot be read is shown as it is."""
    try:
        return reader.read(raw)
    except Exception:  # a mail must never be lost by a fault of its reader
        log.exception("a mail could not be read")
        return reader.as_it_is(raw)
