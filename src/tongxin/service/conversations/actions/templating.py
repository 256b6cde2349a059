"""Write what a vendor has approved, where one may not write freely."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import ConversationId, MessageId, TemplateId
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import action
from tongxin.service.channels.queries import template
from tongxin.service.conversations.actions.locking import held_one
from tongxin.service.conversations.actions.saying import Words, said_before
from tongxin.service.conversations.actions.writing import answer, places_of


@action("conversation.send_template", needs="conversation.write")
def send_template(  # noqa: PLR0913 - what a caller may say of one answer
    *, actor: Actor, conversation_id: ConversationId, template_id: TemplateId,
    values: Mapping[str, str] | None = None, client_id: str | None = None,
    last_seen_message_id: MessageId | None = None, fence: int | None = None, now: datetime,
) -> MessageId:  # fmt: skip
    """Answer with one of the inbox's templates (``template.list``), also where its window is closed.

    ``values`` are texts for its holes, one line each. Else it is as ``conversation.reply``, and the message
    says what the person reads. Raises Refused: ``conversation.missing``, ``template.missing``,
    ``template.unfilled``, ``template.unfit``, ``template.elsewhere`` where the answer does not go by the
    template's inbox, ``message.too_long``, ``message.client_id``, ``conversation.has_newer``,
    ``conversation.stale``, ``conversation.moved_on``.
    """
    conversation = held_one(actor, conversation_id)
    if said := said_before([conversation], client_id):
        return said[conversation.pk]
    found = template(workspace_id=actor.workspace_id, template_id=template_id)
    if places_of([conversation], [conversation_id])[conversation].inbox_id != found.inbox_id:
        detail = _("This template is another inbox's: the answer does not go there.")
        raise Refused("template.elsewhere", detail, Reason.CONFLICT)
    filled = found.filled(values or {})
    words = Words.checked(actor, filled.text, client_id=client_id)
    words = replace(words, seen=last_seen_message_id, fence=fence, template=filled.carried)
    [message_id] = answer(actor, [conversation_id], words, now)
    return message_id
