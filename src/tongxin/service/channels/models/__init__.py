from tongxin.service.channels.models.inboxes import Inbox, InboxKey, Template
from tongxin.service.channels.models.traffic import Call, Departure, Gate, HeardEvent, Opening

__all__ = ["Call", "Departure", "Gate", "HeardEvent", "Inbox", "InboxKey", "Opening", "Template"]
