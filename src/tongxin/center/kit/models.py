from django.db import models
from django.db.models.functions import Now

from tongxin.center.kit.jobs import JobState


class StoredFile(models.Model):
    """A file somebody gave us. Its bytes lie in the file storage under ``key``."""

    workspace_id = models.BigIntegerField()
    key = models.CharField(max_length=200, unique=True)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    width = models.IntegerField(null=True)
    height = models.IntegerField(null=True)
    uploader = models.CharField(max_length=200)
    uploaded_at = models.DateTimeField()

    class Meta:
        db_table = "kit_file"

    def __str__(self) -> str:
        return self.name


class Bucket(models.Model):
    """A token bucket. The table is unlogged: after a crash everybody starts with a full one."""

    name = models.CharField(max_length=200, primary_key=True)
    tokens = models.FloatField()
    filled_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Batched(models.Model):
    """What is done batch by batch in the background; the first ``done`` of ``total`` are through."""

    begun_by = models.CharField(max_length=64)
    begun_at = models.DateTimeField()
    state = models.CharField(max_length=12, default=JobState.RUNNING.value)
    total = models.IntegerField()
    done = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    failed = models.IntegerField(default=0)
    touched_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"#{self.pk} {self.state} {self.done}/{self.total}"


class IdempotencyKey(models.Model):
    """What was answered to a write, so that a repetition gets the same answer and does nothing."""

    scope = models.CharField(max_length=200)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.SmallIntegerField()
    body = models.BinaryField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="answered_once")]
        indexes = [models.Index(fields=["created_at"], name="answered_at")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"
