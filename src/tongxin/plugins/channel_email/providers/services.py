"""The interfaces of providers that mails go out by: by which key, and through the house's own door."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from anymail.backends.brevo import EmailBackend as Brevo
from anymail.backends.mailgun import EmailBackend as Mailgun
from anymail.backends.mandrill import EmailBackend as Mandrill
from anymail.backends.postmark import EmailBackend as Postmark
from anymail.backends.resend import EmailBackend as Resend
from requests import PreparedRequest, Response, Session
from requests.adapters import BaseAdapter

from tongxin.sdk import Failure, Undelivered, Web
from tongxin.sdk import translate as _

PATIENCE = 30.0
_SENDS_ONLY = (
    b"restricted_api_key"  # a key of Resend's that may do nothing else is good all the same
)


@dataclass(frozen=True)
class Service:
    """A provider's interface: anymail's sender, how it calls the key, and where one asks who one is."""

    backend: Any
    base: str
    key: str
    shows: Callable[[str], dict[str, str]]  # the key, in a header
    me: str
    in_body: bool = False  # the key goes into what is posted


def _basic(key: str) -> dict[str, str]:
    return {"authorization": f"Basic {base64.b64encode(f'api:{key}'.encode()).decode()}"}


def _bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def _postmark(key: str) -> dict[str, str]:
    return {"x-postmark-server-token": key}


def _nothing(_key: str) -> dict[str, str]:
    return {}


def _brevo(key: str) -> dict[str, str]:
    return {"api-key": key}


SERVICES = {
    "mailgun": Service(
        Mailgun, "https://api.mailgun.net/v3", "api_key", _basic, "/domains/{domain}"
    ),
    "postmark": Service(
        Postmark, "https://api.postmarkapp.com", "server_token", _postmark, "/server"
    ),
    "brevo": Service(Brevo, "https://api.brevo.com/v3", "api_key", _brevo, "/account"),
    "resend": Service(Resend, "https://api.resend.com", "api_key", _bearer, "/domains"),
    "mandrill": Service(
        Mandrill, "https://mandrillapp.com/api/1.0", "api_key", _nothing, "/users/ping.json",
        in_body=True,
    ),
}  # fmt: skip


def backend_of(settings: Mapping[str, Any]) -> Any:  # noqa: ANN401 - anymail has no types
    """Return what mails are handed to. Raises Undelivered where something is missing."""
    service, key = _chosen(settings)
    more = {"sender_domain": _domain(settings)} if service.backend is Mailgun else {}
    made = service.backend(**{service.key: key}, api_url=_base(service, settings), **more)
    made.create_session = _session
    return made


def try_out(settings: Mapping[str, Any]) -> None:
    """Ask the provider who we are. Raises Undelivered and Unreachable."""
    service, key = _chosen(settings)
    headers = {"accept": "application/json", **service.shows(key)}
    path = service.me.format(domain=_domain(settings))
    web = Web(_base(service, settings), headers)
    reply = web.post(path, json={"key": key}) if service.in_body else web.get(path)
    if not reply.is_good and _SENDS_ONLY not in reply.body:
        raise Undelivered(
            Failure.AUTH, f"status {reply.status} {reply.body[:200].decode(errors='replace')}"
        )


def base_of(settings: Mapping[str, Any]) -> str:
    """Return where the provider's interface is."""
    return _base(SERVICES[str(settings["provider"])], settings)


def _chosen(settings: Mapping[str, Any]) -> tuple[Service, str]:
    service = SERVICES.get(str(settings.get("provider")))
    key = str(settings.get("api_key") or "").strip()
    if service is None or not key:
        said = _(
            "choose the provider that mail goes out by (SendGrid and Amazon SES: by SMTP), and enter its API key"
        )
        raise Undelivered(Failure.AUTH, str(said))
    return service, key


def _base(service: Service, settings: Mapping[str, Any]) -> str:
    return str(settings.get("api_base") or "").strip().rstrip("/") or service.base


def _domain(settings: Mapping[str, Any]) -> str:
    given = str(settings.get("sender_domain") or "").strip()
    return given or str(settings["address"]).rpartition("@")[2]


def _session() -> Session:
    """Return a session that asks as the house asks everybody: no proxy, no passwords of this machine."""
    session = Session()
    session.trust_env = False
    for scheme in ("https://", "http://"):
        session.mount(scheme, _Door())
    return session


class _Door(BaseAdapter):
    """Carries what anymail asks through the house's own door, which never leads into our own network."""

    def send(self, request: PreparedRequest, **_usual: object) -> Response:  # type: ignore[override]
        """Ask. Raises Unreachable."""
        body = request.body
        said = Web("").ask(
            str(request.method), str(request.url), seconds=PATIENCE,
            headers={name: str(value) for name, value in request.headers.items()},
            body=body if isinstance(body, bytes) else str(body or "").encode(),
        )  # fmt: skip
        told = Response()
        told.status_code, told.url, told.request = said.status, str(request.url), request
        told.headers.update(said.headers)
        told._content = said.body  # noqa: SLF001 - a response has no other place for what was read
        told.encoding = "utf-8"
        return told

    def close(self) -> None:
        """Connections are the house's."""
