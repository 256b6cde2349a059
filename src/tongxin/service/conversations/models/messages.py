from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from tongxin.service.conversations.models.talks import Conversation
from tongxin.service.conversations.values import Kind, State


class Message(models.Model):
    """One thing said. ``author`` is an actor's label; ``external_id`` is the channel's own name for it.

    It stands in its conversation; ``origin`` is the one at whose endpoint it was said, where that is
    another, because they were merged or split. Where it was said never changes.
    """

    # Who writes a message holds its conversation, and none is ever removed: to ask again for each whether
    # it is there locks it once more, a twentieth of what a message costs.
    conversation = models.ForeignKey(
        Conversation,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    origin = models.ForeignKey(
        Conversation, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    workspace_id = models.BigIntegerField()
    inbox_id = models.BigIntegerField()
    kind = models.CharField(max_length=4, choices=[(k.value, k.value) for k in Kind])
    author = models.CharField(max_length=64)
    text = models.TextField()
    file_ids = ArrayField(models.BigIntegerField(), default=list)
    external_id = models.CharField(max_length=200, null=True)
    client_id = models.CharField(max_length=64, null=True)
    state = models.CharField(max_length=12, default=State.SENT.value)
    error = models.CharField(max_length=64, default="")
    changed = models.CharField(max_length=8, default="", db_default="")
    mend_state = models.CharField(
        max_length=8, default="", db_default=""
    )  # of what it says since then
    mend_error = models.CharField(max_length=64, default="", db_default="")
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["inbox_id", "external_id"], name="message_heard_once"),
            models.UniqueConstraint(
                fields=["conversation", "client_id", "origin"],
                condition=models.Q(client_id__isnull=False),
                nulls_distinct=False,
                name="message_said_once",
            ),
        ]
        indexes = [
            models.Index(fields=["conversation", "-id"], name="message_thread"),
            models.Index(
                fields=["origin", "-id"],
                name="message_origin",
                condition=models.Q(origin__isnull=False),
            ),
            GinIndex(fields=["file_ids"], name="message_files", condition=~models.Q(file_ids=[])),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind}"


class Revision(models.Model):
    """What a message said before it was changed; only colleagues see it."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    text = models.TextField()
    file_ids = ArrayField(models.BigIntegerField(), default=list)
    author = models.CharField(max_length=64)
    replaced_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.message_id} before {self.replaced_at}"


class Carried(models.Model):
    """What a channel carries of a message instead of its text: a template, filled."""

    message = models.OneToOneField(
        Message, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    template = models.JSONField()

    def __str__(self) -> str:
        return f"of {self.message_id}"


class MessageIndex(models.Model):
    """What search looks through: the tokens of a message, its workspace among them."""

    # Only what was just read is put in here: to ask again for each whether it is there is a tenth of it all.
    message = models.OneToOneField(
        Message, primary_key=True, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    workspace_id = models.BigIntegerField()
    tokens = SearchVectorField()

    class Meta:
        indexes = [
            GinIndex(fields=["tokens"], name="message_tokens"),
            models.Index(fields=["workspace_id", "message"], name="message_tokens_newest"),
        ]

    def __str__(self) -> str:
        return f"tokens of {self.pk}"
