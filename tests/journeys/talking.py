"""A visitor who writes without a browser."""

import json
import urllib.request
from uuid import uuid4

from tests.journeys.house import House


def write(house: House, text: str) -> str:
    """Let a new visitor write; return their words, made such as no other test has."""
    words = f"{text} {uuid4().hex[:8]}"
    url = f"{house.live}/chat/{house.inbox}/frames"
    welcome = _post(url, [{"type": "hello"}])[0]
    message = {"type": "message", "client_id": str(uuid4()), "text": words}
    _post(url, [message], {"Authorization": f"Bearer {welcome['token']}"})
    return words


def _post(
    url: str, frames: list[dict[str, str]], headers: dict[str, str] | None = None
) -> list[dict[str, str]]:
    request = urllib.request.Request(url, json.dumps(frames).encode(), headers or {})
    with urllib.request.urlopen(request, timeout=10) as response:
        answer: list[dict[str, str]] = json.load(response)
    return answer
