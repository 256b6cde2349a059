"""What CI installs is found there: else tests of real mail and real calls would be left out, and nobody told."""

import os
import shutil

import pytest
from tests.channel_phone.network import why_not

from tongxin.project.bench.dovecot import has_dovecot

IS_INSTALLED = bool(os.environ.get("CI")) and os.geteuid() == 0 and shutil.which("apt-get")


@pytest.mark.skipif(not IS_INSTALLED, reason="only CI installs them, as root, on Debian")
def test_the_servers_that_ci_installs_are_found() -> None:
    assert has_dovecot()
    assert shutil.which("swaks")
    assert "is not installed" not in why_not()
