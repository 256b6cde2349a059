"""What was said in a recording, written down by any service that does it as OpenAI's does."""

import logging
from collections.abc import Mapping
from typing import Any

from tongxin.sdk import Attachment, Unreachable, Web

_SECONDS = 20.0  # other calls of this number are not understood meanwhile
_LONGEST = 20_000

log = logging.getLogger(__name__)


def transcript(settings: Mapping[str, Any], sound: Attachment) -> str:
    """Return what is said in a recording; nothing where nobody is asked, or whoever is asked does not answer."""
    base, key = (
        str(settings.get(name) or "").strip() for name in ("transcriber", "transcriber_key")
    )
    if not base or not sound.content:
        return ""
    form = {
        "model": str(settings.get("transcriber_model") or "").strip() or "whisper-1",
        "language": "zh" if settings.get("language") == "zh" else "en",
        "response_format": "json",
    }
    headers = {"authorization": f"Bearer {key}"} if key else {}
    name = "recording.wav" if "wav" in sound.kind else "recording.mp3"
    files = {"file": (name, sound.content, sound.kind or "audio/mpeg")}
    try:
        reply = Web(base, headers).post(
            "/audio/transcriptions", form=form, files=files, seconds=_SECONDS
        )
        text = reply.told().get("text") if reply.is_good else None
    except Unreachable as error:
        log.warning("a recording stays without its transcript: %s", error)
        return ""
    return text.strip()[:_LONGEST] if isinstance(text, str) else ""
