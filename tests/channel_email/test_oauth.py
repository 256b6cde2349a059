"""A mailbox entered by OAuth 2: dovecot and an SMTP server that take a provider's tokens, and the provider."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.channel_email.channel import NOON, OURS, departure, email
from tests.channel_email.servers import Sink, sink
from tests.make.world import World, world
from tests.plugins.standin import Asked, Reply, vendor
from tongxin.plugins.channel_email.plugin import Email
from tongxin.project.bench.dovecot import Dovecot, dovecot, has_dovecot
from tongxin.project.bench.ports import free_port
from tongxin.sdk import Failure, Refused, Unreachable
from tongxin.service.channels.actions import create_inbox, try_out
from tongxin.service.channels.models import Inbox
from tongxin.service.channels.queries import secrets_of

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
GONE = {"error": "invalid_grant", "error_description": "AADSTS700082: expired.\r\nTrace ID: 0"}


@dataclass
class Provider:
    """Gives an access token for a refresh token, and a new one of those each time, as Microsoft does."""

    address: str = ""
    refresh: str = "r0"
    given: list[str] = field(default_factory=list)
    bad: set[str] = field(default_factory=set)
    asked: list[dict[str, str]] = field(default_factory=list)
    instead: Reply | None = None
    lives: Any = 3600
    owner: str = "help"

    def answer(self, asked: Asked) -> Reply:
        form = asked.form()
        if asked.path == "/introspect":
            is_good = form["token"] in set(self.given) - self.bad
            return (200, {"active": "true", "username": self.owner}) if is_good else (200, {})
        self.asked.append(form)
        if self.instead:
            return self.instead
        if form["refresh_token"] != self.refresh:
            return 400, GONE
        self.refresh = f"r{len(self.asked)}"
        self.given.append(f"t{len(self.asked)}-{self.address[-5:]}")
        return 200, {
            "access_token": self.given[-1], "refresh_token": self.refresh, "expires_in": self.lives,
        }  # fmt: skip


@pytest.fixture(autouse=True)
def _trusting(settings: Any) -> None:
    settings.TRUSTS_OWN_NETWORK = True


@pytest.fixture
def provider() -> Iterator[Provider]:
    runs = Provider()
    with vendor(runs.answer) as service:
        runs.address = service.address
        yield runs


@pytest.fixture
def server() -> Iterator[Sink]:
    with sink() as running:
        yield running


def granted(provider: Provider, server: Sink | None = None, **changes: Any) -> dict[str, Any]:
    """Return the settings of a mailbox that a provider lets us into."""
    return {
        "address": OURS, "user": "help", "log_in": "oauth2", "token_endpoint": f"{provider.address}/token",
        "client_id": "tongxin", "client_secret": "s3cret", "refresh_token": "r0", "password": "",
        "smtp_host": "127.0.0.1", "smtp_port": server.port if server else free_port(), "smtp_security": "none",
    } | changes  # fmt: skip


def channel_of(provider: Provider, server: Sink | None = None, **changes: Any) -> Email:
    return email(**granted(provider, server, **changes))


def knowing(provider: Provider, server: Sink) -> None:
    """Let the server take every token that the provider gives."""
    server.good_tokens = {f"t{n}-{provider.address[-5:]}" for n in range(1, 20)}


def test_the_server_gets_the_very_bytes_that_gmail_and_microsoft_ask_for(
    provider: Provider, server: Sink
) -> None:
    knowing(provider, server)
    [receipt] = channel_of(provider, server).say([departure()])

    assert receipt.error == ""
    assert server.xoauth2 == [
        b"user=help\x01auth=Bearer " + provider.given[0].encode() + b"\x01\x01"
    ]
    assert provider.asked == [
        {
            "grant_type": "refresh_token", "refresh_token": "r0", "client_id": "tongxin",
            "client_secret": "s3cret",
        }
    ]  # fmt: skip


def test_an_access_token_is_used_until_shortly_before_it_ends(
    provider: Provider, server: Sink
) -> None:
    knowing(provider, server)
    channel = channel_of(provider, server)
    channel.say([departure(1)])
    channel.say([departure(2)])
    short = channel_of(provider, server, user="other", refresh_token=provider.refresh)
    provider.lives = "299"
    short.say([departure(3)])
    short.say([departure(4)])

    assert len(provider.asked) == 3


def test_a_token_that_is_refused_is_renewed_once(provider: Provider, server: Sink) -> None:
    knowing(provider, server)
    channel = channel_of(provider, server)
    channel.say([departure(1)])
    server.good_tokens.remove(provider.given[0])

    [receipt] = channel.say([departure(2)])

    assert receipt.error == ""
    assert server.xoauth2[2] == b"\r\n"  # the reason was answered with an empty line
    assert server.xoauth2[3].endswith(provider.given[1].encode() + b"\x01\x01")


def test_whoever_is_not_let_in_reads_what_to_do(provider: Provider, server: Sink) -> None:
    channel = channel_of(provider, server)

    receipts = channel.say([departure(1), departure(2)])

    assert [one.error for one in receipts] == [Failure.AUTH] * 2
    assert receipts[0].detail.startswith("Log in again at your provider")
    assert '"status":"401"' in receipts[0].detail
    assert len(provider.asked) == 2


@pytest.mark.parametrize(
    ("said", "failure", "words"),
    [
        ((400, GONE), Failure.AUTH, "AADSTS700082: expired."),
        ((401, {"error": "invalid_client"}), Failure.AUTH, "invalid_client"),
        ((200, {"token_type": "Bearer"}), Failure.AUTH, "Log in again"),
        ((429, {}), Failure.RATE, "too often"),
        ((503, b"<html>"), Failure.TRANSIENT, "503"),
        ((200, b"<html>"), Failure.TRANSIENT, "no JSON"),
        ((400, {"error": "temporarily_unavailable"}), Failure.TRANSIENT, "temporarily"),
    ],
)
def test_what_the_provider_refuses_is_told_in_our_words(
    provider: Provider, server: Sink, said: Reply, failure: Failure, words: str
) -> None:
    provider.instead = said

    [receipt] = channel_of(provider, server).say([departure()])

    assert (receipt.error, words in receipt.detail) == (failure, True)
    assert "Trace" not in receipt.detail


def test_without_a_refresh_token_nobody_is_asked(provider: Provider, server: Sink) -> None:
    [receipt] = channel_of(provider, server, refresh_token="").say([departure()])

    assert (receipt.error, provider.asked) == (Failure.AUTH, [])


def test_a_server_that_knows_no_xoauth2_is_a_matter_of_the_inbox(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(Sink, "auth_XOAUTH2")
    with sink() as plain:
        [receipt] = channel_of(provider, plain).say([departure()])

    assert (receipt.error, receipt.detail) == (Failure.AUTH, "the SMTP server offers no XOAUTH2")


@pytest.fixture
def imap(provider: Provider) -> Iterator[Dovecot]:
    if not has_dovecot():
        pytest.skip("dovecot is not installed")
    with dovecot(provider.address) as running:
        yield running


def listening(provider: Provider, imap: Dovecot, **changes: Any) -> Email:
    at: dict[str, Any] = {"imap_host": "127.0.0.1", "imap_port": imap.imap, "imap_security": "none"}
    return channel_of(provider, **at, **changes)


def test_dovecot_lets_us_in_by_a_token_and_by_the_next_one(
    provider: Provider, imap: Dovecot
) -> None:
    channel = listening(provider, imap)
    with channel.listen() as line:  # type: ignore[union-attr]
        line.next("", 0)
    provider.bad.add(provider.given[0])
    with channel.listen() as line:  # type: ignore[union-attr]
        line.next("", 0)
    provider.owner = "somebody-else"

    with pytest.raises(Unreachable, match="Log in again at your provider"), channel.listen():  # type: ignore[union-attr]
        pass
    assert len(provider.given) == 3


@pytest.mark.django_db(transaction=True)
def test_the_connection_is_tried_and_a_new_refresh_token_kept_sealed(
    provider: Provider, server: Sink
) -> None:
    knowing(provider, server)
    tea = world()
    made = _inbox(tea, granted(provider, server))

    assert [try_out(actor=tea.owner, inbox_id=made) for _time in range(2)] == [OURS, OURS]

    kept = Inbox.objects.get(pk=made)
    assert [form["refresh_token"] for form in provider.asked] == ["r0", "r1"]
    assert secrets_of(inbox_id=made)["refresh_token"] == "r2"
    assert "refresh_token" not in kept.settings
    provider.refresh = "revoked"
    with pytest.raises(Refused, match=r"inbox\.not_accepted") as refused:
        try_out(actor=tea.owner, inbox_id=made)
    assert "Log in again at your provider" in str(refused.value.detail)


def _inbox(tea: World, settings: dict[str, Any]) -> int:
    return create_inbox(
        actor=tea.owner, channel="email", name="客服邮箱", settings=settings, now=NOON
    )
