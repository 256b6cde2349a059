"""The desk is told before one writes which files a channel carries: just those that it then sends."""

import pytest

from tongxin.center.kit.plugins import manifests
from tongxin.plugins.channel_wechat.customers import Customers
from tongxin.plugins.channel_wechat.mini.plugin import MiniProgram
from tongxin.plugins.channel_wechat.oa.plugin import OfficialAccount


@pytest.mark.parametrize("channel", [OfficialAccount, MiniProgram])
def test_the_desk_is_told_the_files_that_are_sent(channel: type[Customers]) -> None:
    assert set(manifests()[channel.kind].can["file_types"]) == set(channel.sends)
