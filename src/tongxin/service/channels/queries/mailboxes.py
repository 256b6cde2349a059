"""Which inbox an address of ours belongs to."""

from collections.abc import Collection, Mapping

from tongxin.center.kit.emails import without_mark
from tongxin.center.kit.plugins import manifests
from tongxin.center.kit.sql import rows
from tongxin.center.kit.text import clean
from tongxin.service.channels.queries.connected import SELECT, capabilities
from tongxin.service.channels.values import InboxRow

_AT = f"""{SELECT}
WHERE enabled AND channel = ANY(%s::text[]) AND lower(settings->>'address') = ANY(%s::text[]) ORDER BY id DESC
"""


def mailboxes(*, addresses: Collection[str]) -> Mapping[str, InboxRow]:
    """Return the inboxes that mail to these addresses is for, by address, whatever mark it has behind a plus sign.

    Where two inboxes say the same address, it is the first one's.
    """
    plain = {address: without_mark(clean(address)) for address in addresses}
    channels = [name for name in manifests() if capabilities(name).by_mail]
    found = [InboxRow(*row) for row in rows(_AT, [channels, sorted(set(plain.values()))])]
    by_address = {str(inbox.settings["address"]).lower(): inbox for inbox in found}
    return {address: by_address[name] for address, name in plain.items() if name in by_address}
