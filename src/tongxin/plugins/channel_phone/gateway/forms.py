"""What is told of a call, in the words of Twilio."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Party:
    """A call: who calls whom, and what it is called; ``parent``: for which call this one was made."""

    caller: str
    called: str
    direction: str = "inbound"
    parent: str = ""
    sid: str = field(default_factory=lambda: new_name("CA"))

    def form(self, account: str, status: str) -> Mapping[str, str]:
        """Return what every request says of it."""
        caller = self.caller or "anonymous"
        form = {
            "AccountSid": account, "ApiVersion": "2010-04-01", "CallSid": self.sid, "CallStatus": status,
            "From": caller, "Caller": caller, "To": self.called, "Called": self.called,
            "Direction": self.direction,
        }  # fmt: skip
        return form | ({"ParentCallSid": self.parent} if self.parent else {})


def new_name(kind: str) -> str:
    """Return a new name: CA... of a call, RE... of a recording."""
    return f"{kind}{uuid.uuid4().hex}"


def why_not(closed: str) -> str:
    """Return why nobody spoke, of what the telephone said at the end: 486 Busy Here."""
    return {
        "486": "busy", "600": "busy", "480": "no-answer", "408": "no-answer", "487": "no-answer",
        "603": "busy",
    }.get(closed[:3], "failed")  # fmt: skip
