from django.db import models

from tongxin.center.accounts.models import Workspace
from tongxin.center.people.values import LONGEST_KIND, LONGEST_VALUE


class Person(models.Model):
    """Somebody we serve. A merged person points to the one who stays."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120, default="", blank=True)
    language = models.CharField(max_length=16, default="", blank=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    met_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["workspace", "-id"], name="person_list")]

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"


class Identity(models.Model):
    """One way to reach or recognize a person; verified, or only claimed."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=LONGEST_KIND)
    value = models.CharField(max_length=LONGEST_VALUE)
    verified_at = models.DateTimeField(null=True)
    proof = models.CharField(max_length=120, default="")
    retired_at = models.DateTimeField(null=True)
    known_since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "kind", "value"],
                condition=models.Q(verified_at__isnull=False),
                name="verified_once",
            ),
            models.UniqueConstraint(fields=["person", "kind", "value"], name="claimed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"


class PersonMerge(models.Model):
    """That two records were one person, and what moved, so that it can be undone."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    source = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    target = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    identity_ids = models.JSONField(default=list)
    reason = models.CharField(max_length=64)
    merged_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.source_id} -> {self.target_id}"
