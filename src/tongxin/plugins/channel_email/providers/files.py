"""Files that a provider keeps until one asks for them."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from tongxin.plugins.channel_email.providers.hearing import FILE
from tongxin.sdk import LARGEST_FILE, Attachment, Unreachable, Web, missing

_BREVO, _DOWNLOADING = "https://api.brevo.com/v3", 60.0
_GONE = frozenset({400, 401, 403, 404, 410})


def file_of(settings: Mapping[str, Any], reference: str) -> Attachment:
    """Return a file of a mail that Brevo took in. Raises Unreachable, Refused (``file.missing``)."""
    base = str(settings.get("api_base") or _BREVO)
    web = Web(base, {"api-key": str(settings.get("api_key") or "")})
    token = quote(reference.removeprefix(FILE), safe="")
    reply = web.get(f"/inbound/attachments/{token}", most=LARGEST_FILE, seconds=_DOWNLOADING)
    if reply.status in _GONE:
        raise missing()
    if not reply.is_good:
        raise Unreachable(f"status {reply.status}")
    return Attachment("", reply.headers.get("content-type", ""), reply.body)
