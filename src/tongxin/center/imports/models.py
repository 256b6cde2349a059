from django.contrib.postgres.fields import ArrayField
from django.db import models

from tongxin.center.accounts.models import Workspace
from tongxin.center.imports.values import Outcome, Stage
from tongxin.center.kit.jobs import JobState
from tongxin.center.kit.models import Batched


class Import(Batched):
    """A table of people on its way in: ``stage`` says what is done with its rows, ``state`` how far that is."""

    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    name = models.CharField(max_length=120)
    encoding = models.CharField(max_length=16)
    delimiter = models.CharField(max_length=1)
    head = ArrayField(models.TextField())
    rows = models.IntegerField()
    plan = models.JSONField()
    stage = models.CharField(max_length=8, default=Stage.OPENED.value)
    tally = models.JSONField(default=dict)
    organization_ids = ArrayField(models.BigIntegerField(), default=list)
    opened_by = models.CharField(max_length=64)
    opened_at = models.DateTimeField()
    imported_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "-id"], name="import_list"),
            models.Index(
                fields=["touched_at", "id"],
                name="import_running",
                condition=models.Q(state=JobState.RUNNING),
            ),
        ]


class Row(models.Model):
    """A row of a table, and what became of it."""

    source = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="+", db_index=False)
    place = models.IntegerField()
    line = models.IntegerField()
    cells = ArrayField(models.TextField())
    outcome = models.CharField(max_length=8, default=Outcome.WAITING.value)
    person_id = models.BigIntegerField(null=True)
    troubles = models.JSONField(default=list)
    entered = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "place"], name="row_once")]
        indexes = [
            models.Index(fields=["source", "outcome", "place"], name="row_outcome"),
            models.Index(
                fields=["source", "person_id"],
                name="row_person",
                condition=models.Q(person_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id}:{self.line} {self.outcome}"


class Key(models.Model):
    """The row of a table that first spoke of an address or an account."""

    source = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=300)
    place = models.IntegerField()
    line = models.IntegerField()
    account = models.CharField(max_length=254)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="key_once")]

    def __str__(self) -> str:
        return f"{self.source_id}:{self.line} {self.key}"
