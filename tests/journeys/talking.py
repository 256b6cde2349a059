"""A visitor who writes without a browser."""

import json
import urllib.request
from dataclasses import dataclass
from uuid import uuid4

from tests.journeys.house import House


@dataclass(frozen=True)
class Visitor:
    """Somebody at the inbox, known by a token."""

    url: str
    token: str

    def say(self, text: str) -> str:
        """Write; return the words, made such as no other test has."""
        words = f"{text} {uuid4().hex[:8]}"
        message = {"type": "message", "client_id": str(uuid4()), "text": words}
        _post(self.url, [message], {"Authorization": f"Bearer {self.token}"})
        return words


def visitor(house: House) -> Visitor:
    """Let somebody new come in."""
    url = f"{house.live}/chat/{house.inbox}/frames"
    return Visitor(url, _post(url, [{"type": "hello"}])[0]["token"])


def write(house: House, text: str) -> str:
    """Let a new visitor write; return their words, made such as no other test has."""
    return visitor(house).say(text)


def _post(
    url: str, frames: list[dict[str, str]], headers: dict[str, str] | None = None
) -> list[dict[str, str]]:
    request = urllib.request.Request(url, json.dumps(frames).encode(), headers or {})
    with urllib.request.urlopen(request, timeout=10) as response:
        answer: list[dict[str, str]] = json.load(response)
    return answer
