"""What an inbox may be set to: what its channel's form asks for, each of its kind."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.make.world import NOON, World
from tongxin.center.kit.forms import checked_settings
from tongxin.center.kit.refusals import Refused
from tongxin.service.channels.actions import change_inbox, create_inbox
from tongxin.service.channels.models import Inbox
from tongxin.service.channels.queries import inbox_by_key

FORM: dict[str, dict[str, Any]] = {
    "brand": {"kind": "text", "default": ""},
    "color": {"kind": "color", "default": "#0f7b6c"},
    "ask": {"kind": "switch", "default": True},
    "limit": {"kind": "number"},
    "key": {"kind": "secret", "pattern": "[A-Za-z0-9]{4}"},
}


def test_gaps_are_filled_by_what_the_form_says() -> None:
    assert checked_settings(FORM, {}) == {"brand": "", "color": "#0f7b6c", "ask": True}


def test_what_is_given_stays() -> None:
    given_ = {"brand": "小满", "color": "#FFFFFF", "ask": False, "limit": 3, "key": "aB34"}

    assert checked_settings(FORM, given_) == given_


@pytest.mark.parametrize(
    "given_",
    [
        {"brand": 1},
        {"brand": "长" * 2001},
        {"brand": ["小满"]},
        {"brand": "小\x00满"},
        {"brand": "\ud800"},
        {"color": "red"},
        {"color": "#12345"},
        {"color": "#1234567"},
        {"color": "#12345g"},
        {"color": 0},
        {"color": "#123456\n"},
        {"ask": "yes"},
        {"ask": 1},
        {"limit": True},
        {"limit": 1.5},
        {"limit": "3"},
        {"key": "abc"},
        {"key": "abcde"},
        {"key": "ab-d"},
        {"key": "abcd\nabcd"},
    ],
    ids=str,
)
def test_what_does_not_have_the_right_form_is_refused(given_: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        checked_settings(FORM, given_)

    assert refused.value.code == "inbox.setting_invalid"


def test_what_the_form_does_not_know_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        checked_settings(FORM, {"is_admin": True})

    assert refused.value.code == "inbox.setting_unknown"


def checked_or_refused(given_: dict[str, Any]) -> dict[str, Any]:
    """Return the settings, or none where they were refused as they should be."""
    try:
        return checked_settings(FORM, given_)
    except Refused as refused:
        if not refused.code.startswith("inbox.setting_"):
            raise
    return {}


@given(
    st.dictionaries(
        st.sampled_from([*FORM, "x"]), st.none() | st.booleans() | st.integers() | st.text()
    )
)
def test_any_settings_are_sound_or_refused(given_: dict[str, Any]) -> None:
    settings = checked_or_refused(given_)

    assert settings.keys() <= FORM.keys()
    assert not settings or checked_settings(FORM, settings) == settings


@pytest.mark.parametrize("channel", ["", "pigeon", "WEBCHAT", "../webchat"])
def test_only_a_channel_that_is_there_is_connected(tea: World, channel: str) -> None:
    with pytest.raises(Refused) as refused:
        create_inbox(actor=tea.owner, channel=channel, name="官网", now=NOON)

    assert refused.value.code == "inbox.channel"


@pytest.mark.parametrize("name", ["", "   ", "长" * 121, "小\x00满"])
def test_an_inbox_has_a_name(tea: World, name: str) -> None:
    with pytest.raises(Refused) as refused:
        create_inbox(actor=tea.owner, channel="webchat", name=name, now=NOON)

    assert refused.value.code == "inbox.name"


def test_an_inbox_that_is_off_is_not_there(tea: World) -> None:
    key = Inbox.objects.get(pk=tea.inbox_id).key
    found = inbox_by_key(key=key)

    change_inbox(
        actor=tea.owner, inbox_id=tea.inbox_id, name="官网", settings={}, enabled=False, now=NOON
    )

    assert found.id == tea.inbox_id
    with pytest.raises(Refused) as refused:
        inbox_by_key(key=key)
    assert refused.value.code == "inbox.missing"
