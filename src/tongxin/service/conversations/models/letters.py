from django.db import models

from tongxin.service.conversations.models.messages import Message
from tongxin.service.conversations.models.talks import Conversation


class Letter(models.Model):
    """What a message brought beside its words: the whole of it, who else got it, how it found its place.

    ``attached_by`` is empty where it began the conversation; ``is_stranger``: its sender had no part in it before.
    """

    message = models.OneToOneField(
        Message, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    subject = models.CharField(max_length=300, default="")
    whole = models.TextField(default="")
    html = models.TextField(default="")
    sender = models.JSONField(default=dict)  # an address: kind, value, name
    copied = models.JSONField(default=list)
    attached_by = models.CharField(max_length=8, default="")
    is_stranger = models.BooleanField(default=False)
    is_automatic = models.BooleanField(default=False)
    details = models.JSONField(default=dict)
    raw_id = models.BigIntegerField(null=True)  # the file that holds it as it came

    class Meta:
        indexes = [
            models.Index(
                fields=["raw_id"], name="letter_raw", condition=models.Q(raw_id__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.message_id} {self.attached_by}"


class Copying(models.Model):
    """Who gets a copy of one answer, where somebody chose it; the answer is known by its ``client_id``."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    client_id = models.CharField(max_length=64)
    copied = models.JSONField(default=list)
    chosen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "client_id"], name="copying_once")
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.client_id}"
