from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower

from tongxin.center.accounts.models import Member, Workspace
from tongxin.center.federation.values import Kind
from tongxin.center.kit.sealing import SealedField


class Connection(models.Model):
    """A way from one workspace to an identity provider of its company."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=32, unique=True)
    kind = models.CharField(max_length=8, choices=[(kind.value, kind.value) for kind in Kind])
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=1000)
    metadata = models.TextField()
    client_id = models.CharField(max_length=300)
    secret = SealedField()
    scopes = models.CharField(max_length=200)
    groups = models.CharField(max_length=200)
    mapped = models.JSONField(default=list)  # [[group, role], ...], the first that fits first
    otherwise = models.CharField(max_length=24)  # a role as ``mapped`` has it; empty: refused
    short_name = models.CharField(max_length=40)
    domains = ArrayField(models.CharField(max_length=200), default=list)
    takes_new = models.BooleanField()
    is_required = models.BooleanField()
    has_second_step = models.BooleanField()
    lets_owners_in = models.BooleanField()
    is_on = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("short_name"), name="short_name_once",
                condition=models.Q(removed_at=None) & ~models.Q(short_name=""),
            )
        ]  # fmt: skip
        indexes = [models.Index(fields=["workspace"], name="connections_of")]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind} {self.name}"


class Link(models.Model):
    """Whom a provider means by a subject: one member, and no other subject of it means them."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    issuer = models.CharField(max_length=64)  # a digest: another provider's subjects mean others
    subject = models.CharField(max_length=300)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    linked_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "issuer", "subject"], name="subject_once"
            ),
            models.UniqueConstraint(fields=["connection", "member"], name="linked_once"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.subject}"


class Used(models.Model):
    """What may be used once, and was: kept until it would be too old anyway."""

    name = models.CharField(max_length=64, primary_key=True)
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.name
