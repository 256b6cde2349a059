from tongxin.service.channels.models.inboxes import Inbox, InboxKey
from tongxin.service.channels.models.traffic import Call, Departure, Gate, HeardEvent, Opening

__all__ = ["Call", "Departure", "Gate", "HeardEvent", "Inbox", "InboxKey", "Opening"]
