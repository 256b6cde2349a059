"""A mailbox at a real server: nothing is read twice, nothing is passed over, nothing marked too early."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Timer

import imapclient
import pytest

from tests.channel_email.channel import came, email
from tests.channel_email.test_arriving import raw
from tongxin.project.bench.dovecot import PASSWORD, Dovecot, dovecot, has_dovecot
from tongxin.sdk import Line, Page, Unreachable

pytestmark = pytest.mark.skipif(not has_dovecot(), reason="dovecot is not installed")


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with dovecot() as running:
        yield running


@pytest.fixture
def box(server: Dovecot, request: pytest.FixtureRequest) -> str:
    """The name of a mailbox of this test alone."""
    return f"box{abs(hash(request.node.name)) % 10**9}"


def listening(server: Dovecot, box: str, **changes: object) -> AbstractContextManager[Line]:
    channel = email(
        imap_host="127.0.0.1", imap_port=server.imap, imap_security="none", user=box, **changes
    )
    line = channel.listen()
    assert line
    return line


def deliver(server: Dovecot, box: str, *names: str) -> None:
    for name in names:
        server.deliver(raw(Message_ID=f"<{name}@example.com>"), f"{box}@tea.example")


@contextmanager
def at(server: Dovecot, box: str, folder: str = "INBOX") -> Iterator[imapclient.IMAPClient]:
    """Log in as the mailbox's owner does with a program of their own."""
    with imapclient.IMAPClient("127.0.0.1", server.imap, ssl=False) as client:
        client.login(box, PASSWORD)
        client.select_folder(folder)
        yield client


def read_by_its_owner(server: Dovecot, box: str, uid: int) -> None:
    with at(server, box) as client:
        client.add_flags([uid], [imapclient.SEEN])


def found(server: Dovecot, box: str, what: str, folder: str = "INBOX") -> list[int]:
    with at(server, box, folder) as client:
        return list(client.search(what))


def everything(line: Line, cursor: str = "") -> tuple[list[str], str]:
    """Return the ids of all that is there after a place, and the place behind it."""
    names: list[str] = []
    while True:
        page = line.next(cursor, 0.05)
        names += names_of(page)
        cursor = page.cursor
        if not page.has_more:
            return names, cursor


def names_of(page: Page) -> list[str]:
    heard = [email().hear(came(body)).arrivals[0] for body in page.bodies]
    return [arrival.external_id.partition("@")[0] for arrival in heard]


def test_what_is_unread_comes_at_first_and_then_what_is_new(server: Dovecot, box: str) -> None:
    deliver(server, box, "a", "b", "c")
    read_by_its_owner(server, box, 2)

    with listening(server, box) as line:
        first, cursor = everything(line)
        deliver(server, box, "d", "e")
        second, _cursor = everything(line, cursor)

    assert (first, second) == (["a", "c"], ["d", "e"])


def test_another_connection_goes_on_where_this_one_ended(server: Dovecot, box: str) -> None:
    deliver(server, box, "a")
    with listening(server, box) as line:
        _first, cursor = everything(line)
    deliver(server, box, "b")
    read_by_its_owner(server, box, 2)  # on a phone, meanwhile: it is ours all the same

    with listening(server, box) as line:
        second, _cursor = everything(line, cursor)

    assert second == ["b"]


def test_a_mail_is_called_out_while_one_waits(server: Dovecot, box: str) -> None:
    with listening(server, box) as line:
        _nothing, cursor = everything(line)
        Timer(0.2, deliver, [server, box, "a"]).start()
        page = line.next(cursor, 30)

    assert names_of(page) == ["a"]


def test_many_come_in_pages(server: Dovecot, box: str) -> None:
    names = [f"m{n}" for n in range(45)]
    deliver(server, box, *names)

    with listening(server, box) as line:
        page = line.next("", 1)
        rest, _cursor = everything(line, page.cursor)

    assert (len(page.bodies), page.has_more) == (20, True)
    assert names_of(page) + rest == names


def test_a_mail_is_marked_only_once_the_next_page_is_asked_for(server: Dovecot, box: str) -> None:
    deliver(server, box, "a")
    with listening(server, box) as line:
        page = line.next("", 1)
        before = found(server, box, "UNSEEN")
        everything(line, page.cursor)

    assert (before, found(server, box, "UNSEEN")) == ([1], [])


def test_a_mail_can_be_moved_away_or_left_alone(server: Dovecot, box: str) -> None:
    deliver(server, box, "a")
    with listening(server, box, after="nothing") as line:
        everything(line)
    left = found(server, box, "UNSEEN")
    with listening(server, box, after="move", moves_to="同心") as line:
        everything(line)

    assert (left, found(server, box, "ALL")) == ([1], [])
    assert found(server, box, "ALL", "同心") == [1]


def test_a_folder_that_was_numbered_anew_is_read_from_what_is_unread(
    server: Dovecot, box: str
) -> None:
    deliver(server, box, "a", "b")

    with listening(server, box) as line:
        read, _cursor = everything(line, "1:99999")

    assert read == ["a", "b"]


def test_a_wrong_password_is_told_in_the_server_s_words(server: Dovecot, box: str) -> None:
    with (
        pytest.raises(Unreachable, match=r"^.AUTHENTICATIONFAILED. Authentication failed.$"),
        listening(server, box, password="no"),
    ):
        pass
