from django.contrib.postgres.fields import ArrayField
from django.db import models

from tongxin.center.accounts.models import Member, Workspace
from tongxin.center.kit.jobs import JobState
from tongxin.center.kit.models import Batched
from tongxin.service.views.values import Density


class Job(Batched):
    """One deed for many conversations."""

    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    deed = models.JSONField()
    conversation_ids = ArrayField(models.BigIntegerField())

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "begun_by", "-id"], name="job_of"),
            models.Index(
                fields=["touched_at", "id"],
                name="job_running",
                condition=models.Q(state=JobState.RUNNING),
            ),
        ]


class Problem(models.Model):
    """A conversation that a job could not change, and the code of why."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="+", db_index=False)
    conversation_id = models.BigIntegerField()
    code = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "conversation_id"], name="problem_once")
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.code}"


class SavedView(models.Model):
    """A list that a member made: for themselves (``owner``), or for everybody here."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey(Member, null=True, on_delete=models.CASCADE, related_name="+")
    maker = models.CharField(max_length=64)
    name = models.CharField(max_length=60)
    plan = models.JSONField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Bench(models.Model):
    """How one member has set up their desk: the view it opens with, what is pinned, how it looks."""

    member = models.OneToOneField(
        Member, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    start = models.CharField(max_length=24, default="")
    pinned_ids = ArrayField(models.BigIntegerField(), default=list)
    density = models.CharField(max_length=12, default=Density.COMFORTABLE.value)
    panes = models.SmallIntegerField(default=3)

    def __str__(self) -> str:
        return f"of {self.member_id}"
