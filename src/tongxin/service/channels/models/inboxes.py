from django.contrib.postgres.fields import ArrayField
from django.db import models

from tongxin.center.accounts.models import Workspace
from tongxin.center.kit.sealing import SealedField


class Inbox(models.Model):
    """One connected channel: this web chat, that mailbox, that official account."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=120)
    channel = models.CharField(max_length=32)
    settings = models.JSONField(default=dict)
    secrets = SealedField(default="", db_default="")  # JSON: those settings that nobody may read
    enabled = models.BooleanField(default=True)
    # A message after the end goes on with the same conversation for so many days; null: always.
    reopen_days = models.SmallIntegerField(null=True, default=7, db_default=7)
    queue_id = models.BigIntegerField(default=0, db_default=0)  # opaque here: where its people wait
    templates_at = models.DateTimeField(null=True)  # when its vendor was last asked for them
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "inboxes"

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"


class InboxKey(models.Model):
    """A key that the company's server signs visitors' identities with. Several may be good at once."""

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="+")
    kid = models.CharField(max_length=32, unique=True)
    secret = SealedField()
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.kid


class Template(models.Model):
    """A template that an inbox's vendor has approved, as it was when we asked last."""

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=512)
    language = models.CharField(max_length=32)
    name = models.CharField(max_length=512)
    text = models.TextField()
    holes = ArrayField(models.TextField(), default=list)
    details = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["inbox", "key", "language"], name="template_once")
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.language}"
