"""Who somebody is: met once, recognized again, and never mistaken for somebody else."""

from functools import partial

import pytest
from django.db import IntegrityError

from tests.make.together import together
from tests.make.world import NOON, World, world
from tongxin.center.kit.refusals import Refused
from tongxin.center.people.actions import claim_email, merge, recognize, verify
from tongxin.center.people.models import Identity, Person, PersonMerge
from tongxin.center.people.queries import is_retired, people, person
from tongxin.center.people.values import EXTERNAL, Address, Recognized
from tongxin.center.timeline.models import Event
from tongxin.service.channels import visitors
from tongxin.service.channels.queries import inboxes_by_id
from tongxin.service.conversations.actions import follow_merges, welcome
from tongxin.service.conversations.models import Conversation
from tongxin.service.conversations.queries import said

BROWSER = Address("webchat", "the browser at home")
PHONE = Address("webchat", "the phone")


@pytest.fixture
def tea(db: None) -> World:
    return world()


def met(tea: World, address: Address) -> Recognized:
    known = recognize(spots={(tea.workspace_id, address)}, proof="webchat", now=NOON)
    return known[tea.workspace_id, address.kind, address.value]


def proved(tea: World, subject: str, visitor: Address | None = None, name: str = "") -> Recognized:
    return verify(
        workspace_id=tea.workspace_id, subject=subject, name=name, visitor=visitor, proof="jwt",
        now=NOON,
    )  # fmt: skip


def claimed(tea: World, who: Recognized, email: str) -> int:
    return claim_email(
        workspace_id=tea.workspace_id, person_id=who.person_id, email=email, now=NOON
    )


def kinds(person_id: int) -> list[str]:
    events = Event.objects.filter(subject=f"person:{person_id}").order_by("pk")
    return list(events.values_list("kind", flat=True))


def test_a_stranger_is_met_once_and_recognized_again(tea: World) -> None:
    first, again = met(tea, BROWSER), met(tea, BROWSER)

    assert (first.is_new, again.is_new) == (True, False)
    assert first.person_id == again.person_id
    assert kinds(first.person_id) == ["person.met"]


def test_the_same_address_in_two_workspaces_is_two_people(tea: World) -> None:
    assert met(tea, BROWSER).person_id != met(world("Leaf & Kettle"), BROWSER).person_id


@pytest.mark.django_db(transaction=True)
def test_forty_threads_meet_the_same_strangers_once() -> None:
    tea = world()
    spots = {(tea.workspace_id, Address("webchat", f"visitor {n}")) for n in range(5)}

    answers = together([
        partial(recognize, spots=set(spots), proof="webchat", now=NOON) for _ in range(40)
    ])  # fmt: skip

    assert Person.objects.count() == Identity.objects.count() == 5
    for key in answers[0]:
        assert len({known[key].person_id for known in answers}) == 1
        assert sum(known[key].is_new for known in answers) == 1


def test_a_stranger_turns_out_to_be_an_account_s_first_visit(tea: World) -> None:
    stranger = met(tea, BROWSER)

    mei = proved(tea, "mei", BROWSER, "小梅")

    assert mei.person_id == stranger.person_id
    assert Person.objects.get().name == "小梅"
    assert kinds(mei.person_id) == ["person.met", "identity.verified"]


def test_a_stranger_turns_out_to_be_somebody_we_know(tea: World) -> None:
    mei, stranger = proved(tea, "mei", name="小梅"), met(tea, PHONE)

    again = proved(tea, "mei", PHONE)

    assert again.person_id == mei.person_id != stranger.person_id
    assert Person.objects.get(pk=stranger.person_id).merged_into_id == mei.person_id
    merge = PersonMerge.objects.get()
    assert (merge.source_id, merge.target_id) == (stranger.person_id, mei.person_id)
    assert merge.moved["people_identity"] == [stranger.identity_id]
    assert kinds(mei.person_id)[-1] == "person.merged"
    shown = person(actor=tea.owner, person_id=stranger.person_id)
    assert shown.id == mei.person_id
    assert [row.id for row in people(actor=tea.owner)] == [mei.person_id]


def test_the_address_of_a_stranger_who_was_recognized_is_retired(tea: World) -> None:
    met(tea, BROWSER)
    before = is_retired(workspace_id=tea.workspace_id, kind=BROWSER.kind, value=BROWSER.value)

    proved(tea, "mei", BROWSER)

    after = is_retired(workspace_id=tea.workspace_id, kind=BROWSER.kind, value=BROWSER.value)
    assert (before, after) == (False, True)


def test_a_shared_computer_does_not_make_two_accounts_one_person(tea: World) -> None:
    met(tea, BROWSER)

    mei, tom = proved(tea, "mei", BROWSER), proved(tea, "tom", BROWSER)

    assert mei.person_id != tom.person_id
    assert not PersonMerge.objects.exists()
    theirs = Identity.objects.filter(kind=EXTERNAL).values_list("person_id", "value")
    assert sorted(theirs) == sorted([(mei.person_id, "mei"), (tom.person_id, "tom")])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", range(5))
def test_two_accounts_that_claim_one_browser_at_once_stay_two_people(round_: int) -> None:
    tea = world()
    met(tea, BROWSER)
    accounts = [f"account {n}" for n in range(10)]

    together([partial(proved, tea, account, BROWSER) for account in accounts])

    owners = Identity.objects.filter(kind=EXTERNAL).values_list("person_id", flat=True)
    assert len(set(owners)) == len(accounts)


@pytest.mark.django_db(transaction=True)
def test_one_account_that_comes_in_at_forty_doors_is_one_person() -> None:
    tea = world()
    browsers = [Address("webchat", f"browser {n}") for n in range(40)]
    for browser in browsers:
        met(tea, browser)

    answers = together([partial(proved, tea, "mei", browser) for browser in browsers])

    assert len({known.person_id for known in answers}) == 1
    assert Person.objects.filter(merged_into=None).count() == 1


def test_coming_back_changes_nothing(tea: World) -> None:
    met(tea, BROWSER)
    proved(tea, "mei", BROWSER, "小梅")
    before = Event.objects.count()

    proved(tea, "mei", BROWSER, "Somebody Else")
    proved(tea, "mei", None)

    assert Event.objects.count() == before
    assert Person.objects.get().name == "小梅"


def test_what_a_stranger_said_goes_along_with_them(tea: World) -> None:
    inbox = inboxes_by_id(inbox_ids=[tea.inbox_id])[tea.inbox_id]
    received = tea.write("壶盖碎了")
    visitor = Address("webchat", f"小梅-{tea.inbox_id}")
    claim = visitors.Claim("mei", "小梅", "")
    mei = welcome(inbox=inbox, claim=visitors.Claim("mei", "小梅", ""), visitor=None, now=NOON)

    again = welcome(inbox=inbox, claim=claim, visitor=visitor, now=NOON)

    talk = Conversation.objects.get()
    history = said(inbox_id=tea.inbox_id, address=Address(EXTERNAL, "mei"))
    assert (talk.person_id, talk.endpoint_id) == (mei.person_id, again.identity_id)
    assert [row.id for row in history] == [received.message_id]
    assert not said(inbox_id=tea.inbox_id, address=visitor)


def test_merges_bring_conversations_of_every_inbox(tea: World) -> None:
    stranger = tea.write("壶盖碎了")
    mei = proved(tea, "mei")

    merge(actor=tea.owner, person_ids=[stranger.person_id], into_id=mei.person_id, now=NOON)
    follow_merges(person_ids=[stranger.person_id, mei.person_id])

    assert Conversation.objects.get().person_id == mei.person_id


def test_a_claimed_address_is_shown_as_a_claim(tea: World) -> None:
    stranger = met(tea, BROWSER)

    first = claimed(tea, stranger, " Mei@Example.com ")
    again = claimed(tea, stranger, "mei@example.com")

    shown = person(actor=tea.owner, person_id=stranger.person_id).identities
    assert first == again
    assert [(row.kind, row.value, row.verified_at is None) for row in shown] == [
        ("webchat", BROWSER.value, False), ("email", "mei@example.com", True),
    ]  # fmt: skip
    assert kinds(stranger.person_id) == ["person.met", "identity.claimed"]


def test_a_claimed_address_neither_merges_nor_reveals(tea: World) -> None:
    mei = met(tea, Address("email", "mei@example.com"))
    impostor = met(tea, BROWSER)

    claimed(tea, impostor, "mei@example.com")

    by_mail = met(tea, Address("email", "mei@example.com"))
    assert by_mail.person_id == mei.person_id != impostor.person_id
    assert not PersonMerge.objects.exists()
    assert not said(inbox_id=tea.inbox_id, address=Address("email", "mei@example.com"))


def test_many_may_claim_one_address_and_whoever_proves_it_owns_it(tea: World) -> None:
    claimants = [met(tea, address) for address in (BROWSER, PHONE)]
    for claimant in claimants:
        claimed(tea, claimant, "mei@example.com")

    mei = met(tea, Address("email", "mei@example.com"))

    assert mei.is_new
    assert mei.person_id not in {claimant.person_id for claimant in claimants}
    with pytest.raises(IntegrityError):
        Identity.objects.filter(person_id=claimants[0].person_id).update(verified_at=NOON)


def test_an_address_of_any_characters_is_claimed_or_refused(tea: World) -> None:
    stranger = met(tea, BROWSER)

    identity_id = claimed(tea, stranger, "m@\ud800x.de")

    assert Identity.objects.get(pk=identity_id).value == "m@\ufffdx.de"


@pytest.mark.parametrize("email", ["", "mei", "mei@", "@example.com", "a b@example.com"])
def test_what_is_no_address_is_not_claimed(tea: World, email: str) -> None:
    stranger = met(tea, BROWSER)

    with pytest.raises(Refused) as refused:
        claimed(tea, stranger, email)

    assert refused.value.code == "identity.email"


def long_email(many: int) -> str:
    """Return an address of so many characters."""
    labels = "x" * 60 + ".", "y" * 60 + ".", "z" * 60 + "."
    domain = "".join(labels) + "de"
    return "m" * (many - len(domain) - 1) + "@" + domain


@pytest.mark.parametrize("many", [250, 251, 254])
def test_an_address_as_long_as_mail_allows_is_claimed(tea: World, many: int) -> None:
    stranger = met(tea, BROWSER)

    identity_id = claimed(tea, stranger, long_email(many))

    assert Identity.objects.get(pk=identity_id).value == long_email(many)


@pytest.mark.parametrize("many", [255, 300, 320, 321, 5000])
def test_an_address_longer_than_mail_allows_is_refused(tea: World, many: int) -> None:
    stranger = met(tea, BROWSER)

    with pytest.raises(Refused) as refused:
        claimed(tea, stranger, long_email(many))

    assert refused.value.code == "identity.email"


@pytest.mark.parametrize(
    "address",
    [
        Address("", "x"), Address("webchat", ""), Address("x" * 33, "x"), Address("webchat", "x" * 255),
        Address("webchat", "a\x00b"), Address("webchat", "\ud800"),
    ],
    ids=lambda address: repr(address)[:50],
)  # fmt: skip
def test_nobody_is_met_at_an_address_that_cannot_be_kept(tea: World, address: Address) -> None:
    with pytest.raises(Refused) as refused:
        met(tea, address)

    assert refused.value.code == "address.invalid"
