"""`tongxin sip`: the gateway for calls by SIP, on this machine or on another one. It needs no database."""

import asyncio
import logging
from pathlib import Path

from django.conf import settings

from tongxin.project import supervisor
from tongxin.project.speech import Stop, _, tell


def run(file: Path) -> None:
    """Take calls until a signal says to end. Raises Stop."""
    # Who runs it says by the file where everything is: also in our own network.
    settings.configure(TRUSTS_OWN_NETWORK=True)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)

    from tongxin.plugins.channel_phone.gateway.running import Gateway
    from tongxin.plugins.channel_phone.gateway.settings import Trouble, settings_in

    try:
        told = settings_in(file)
        gateway = Gateway(told)
    except Trouble as trouble:
        raise Stop(trouble.told(_)) from trouble
    supervisor.check_port("listen", *told.door)
    tell(_("Calls go to {inbox}. Ctrl-C ends everything.").format(inbox=told.inbox))
    asyncio.run(gateway.run())
