"""Files that came with what people said: fetched, kept, or told to be lost."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from tongxin.center.accounts.queries import workspace_language
from tongxin.center.kit import files
from tongxin.center.kit.actor import house
from tongxin.center.kit.outgoing import Unreachable
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.text import clean
from tongxin.center.timeline.actions import record
from tongxin.service.channels.ports import Arrival, Attachment, Channel
from tongxin.service.channels.values import LONGEST_NAME, InboxRow
from tongxin.service.conversations.actions.locking import columns
from tongxin.service.conversations.actions.saying import Place, Words, say
from tongxin.service.conversations.events import NoteAdded
from tongxin.service.conversations.models import Conversation
from tongxin.service.conversations.values import INSIDE, Kind, Received

_ENDINGS = {kind: ending for ending, kind in reversed(files.TYPES.items())}


@dataclass(frozen=True)
class Brought:
    """An arrival with the contents of its files, and the names of those that could not be had."""

    arrival: Arrival
    contents: Sequence[Attachment] = ()
    lost: Sequence[str] = ()


def bring(channel: Channel, arrival: Arrival, patient: bool) -> Brought:
    """Fetch what an arrival refers to; raise Unreachable while one is patient."""
    named = replace(
        arrival,
        external_id=_name(arrival.external_id),
        mends=_name(arrival.mends),
        text=clean(arrival.text),
    )
    contents, lost = [], []
    for attachment in arrival.attachments:
        try:
            contents.append(_fetched(channel, attachment))
        except (Unreachable, Refused) as error:
            if patient and isinstance(error, Unreachable):
                raise
            lost.append(attachment.name)
    said = [clean(content.text) for content in contents if content.text.strip()]
    return Brought(
        replace(named, text="\n\n".join(filter(None, [named.text, *said]))), contents, lost
    )


def keep(inbox: InboxRow, brought: Brought, now: datetime) -> tuple[Arrival, Sequence[str]]:
    """Keep an arrival's files; return it with them, and the names of what we could not or may not keep."""
    kept, lost, inside = list(brought.arrival.file_ids), list(brought.lost), dict[str, int]()
    for attachment in brought.contents:
        try:
            with transaction.atomic():
                row = files.store(
                    workspace_id=inbox.workspace_id, uploader=f"inbox:{inbox.id}", name=_with_ending(attachment),
                    content=ContentFile(attachment.content or b""), now=now,
                )  # fmt: skip
            kept.append(row.id)
            inside |= {clean(attachment.inside)[:LONGEST_NAME]: row.id} if attachment.inside else {}
        except Refused:
            lost.append(attachment.name)
    details = {name: said for name, said in brought.arrival.details.items() if name != INSIDE}
    details |= {INSIDE: inside} if inside else {}
    return replace(brought.arrival, file_ids=tuple(kept), details=details), lost


def remark(inbox: InboxRow, where: Received, lost: Sequence[str], now: datetime) -> None:
    """Leave a note for colleagues that files did not come along."""
    conversation = Conversation.objects.get(pk=where.place_id)
    actor = house(inbox.workspace_id)
    with translation.override(workspace_language(workspace_id=inbox.workspace_id)):
        names = ", ".join(files.safe_name(clean(name)) for name in lost[:10])
        text = _("Files that came with this message could not be taken: %(names)s") % {
            "names": names
        }
    ways = {conversation: Place(conversation.inbox_id)}
    noted = say(actor, Kind.NOTE, ways, Words(text, client_id=f"lost:{where.message_id}"), now)
    where_about = columns(actor, conversation, now)
    record(
        NoteAdded(**where_about, conversation_id=conversation.pk, message_id=message_id)
        for message_id in noted.values()
    )


def _fetched(channel: Channel, attachment: Attachment) -> Attachment:
    if attachment.content is not None or not attachment.reference:
        return attachment
    found = channel.fetch(attachment.reference)
    return replace(found, name=found.name or attachment.name, kind=found.kind or attachment.kind)


def _with_ending(attachment: Attachment) -> str:
    """Return a file's name with an ending that says what it is, where the channel told only its type."""
    name = clean(attachment.name) or "file"
    ending = name.rpartition(".")[2].lower()
    if ending in files.TYPES:
        return name
    found = _ENDINGS.get(attachment.kind.partition(";")[0].strip().lower())
    return f"{name}.{found}" if found else name


def _name(external_id: str) -> str:
    """Return an external id as the database holds it: a very long one by its digest."""
    name = clean(external_id)
    digest = sha256(name.encode()).hexdigest()
    return name if len(name) <= LONGEST_NAME else f"sha256:{digest}"
