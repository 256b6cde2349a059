"""The Graph API as a WhatsApp number or a page sees it; pywa drives the first."""

from typing import Any

from tests.plugins.making import PNG
from tests.plugins.standin import Asked

NUMBER, TOKEN = "106540352242922", "EAAG-token"
ACCOUNT = "102290129340398"
_PAGE = 2


class GraphApi:
    """``sent`` is what was said; ``kept`` the files that were brought; ``templates`` what was asked for."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.sent: list[dict[str, Any]] = []
        self.kept: list[dict[str, Any]] = []
        self.refusing: tuple[int, dict[str, Any]] | None = None
        self.followed: list[Asked] = []
        self.templates: list[dict[str, Any]] = []

    def __call__(self, asked: Asked) -> Any:
        if asked.headers.get("authorization") != f"Bearer {TOKEN}" and not asked.path.startswith(
            "/cdn/"
        ):
            return 401, {"error": {"message": "Invalid OAuth access token.", "code": 190}}
        path = "/" + asked.path.lstrip("/").partition("/")[2]  # behind the version
        if asked.path.startswith("/cdn/"):
            return (
                (200, PNG, {"content-type": "image/png"})
                if asked.path == "/cdn/photo"
                else (404, b"")
            )
        if path.endswith("/messages"):
            return self._said(asked)
        if path.endswith(("/media", "/message_attachments")):
            self.kept.append(dict(asked.parts()))
            return 200, {"id": "M1", "attachment_id": "A1"}
        if path.endswith("/subscribed_apps"):
            self.followed.append(asked)
            return 200, {"success": True}
        return self._told(asked, path)

    def _told(self, asked: Asked, path: str) -> Any:
        if path == f"/{ACCOUNT}/message_templates":
            return self._templates(asked)
        known: dict[str, Any] = {
            f"/{NUMBER}": {
                "id": NUMBER,
                "display_phone_number": "+1 555-078-3881",
                "verified_name": "Tea Shop",
            },
            "/me": {"id": "682498302938465", "name": "Tea Shop"},
            "/7597218746981256": {"id": "7597218746981256", "name": "Tom Lee"},
            "/1003383421387256": {
                "id": "1",
                "url": f"{self.address}/cdn/photo",
                "mime_type": "image/png",
            },
        }
        missing = {
            "error": {"message": "Unsupported get request.", "code": 100, "error_subcode": 33}
        }
        return (200, known[path]) if path in known else (400, missing)

    def _templates(self, asked: Asked) -> Any:
        """Approve a new one at once; list them page by page."""
        if asked.method == "POST":
            made = {"id": str(len(self.templates)), "status": "APPROVED", **asked.json()}
            self.templates.append(made)
            return 200, {"id": made["id"], "status": "APPROVED", "category": "UTILITY"}
        wanted = [one for one in self.templates if one["status"] == asked.query.get("status")]
        begin = int(asked.query.get("after", "0"))
        end = begin + _PAGE
        more = {"next": "https://graph.facebook.com/next"} if end < len(wanted) else {}
        paging = {"cursors": {"after": str(end)}, **more}
        return 200, {"data": wanted[begin:end], "paging": paging}

    def _said(self, asked: Asked) -> Any:
        said = asked.json()
        if self.refusing is not None and said.get("tag") != "HUMAN_AGENT":
            status, error = self.refusing
            return status, {"error": error}
        self.sent.append(said)
        if "messaging_product" not in said:
            return 200, {
                "recipient_id": said["recipient"]["id"],
                "message_id": f"m_{len(self.sent)}",
            }
        contacts = [{"input": said["to"], "wa_id": said["to"]}]
        message = {"id": f"wamid.{len(self.sent)}"}
        return 200, {"messaging_product": "whatsapp", "contacts": contacts, "messages": [message]}
