from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Lower

from tongxin.center.accounts.models import Workspace
from tongxin.center.people.values import LONGEST_KIND, LONGEST_VALUE, Purpose, Way

DESCRIBED = ~models.Q(attributes={})


class Person(models.Model):
    """Somebody we serve. A merged person points to the one who stays."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120, default="", blank=True)
    language = models.CharField(max_length=16, default="", blank=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    met_at = models.DateTimeField()
    attributes = models.JSONField(default=dict, db_default={})
    blocked_at = models.DateTimeField(null=True)
    block_reason = models.CharField(max_length=200, default="", db_default="")
    preferred_way = models.CharField(max_length=8, default="any", db_default="any")
    quiet_from = models.CharField(max_length=5, default="", db_default="")
    quiet_until = models.CharField(max_length=5, default="", db_default="")

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "-id"], name="person_list"),
            models.Index(
                "workspace", Lower("name"), name="person_name", condition=~models.Q(name="")
            ),
            models.Index(
                fields=["workspace", "-id"],
                name="person_blocked",
                condition=models.Q(blocked_at__isnull=False),
            ),
            GinIndex(fields=["attributes"], name="person_attributes", condition=DESCRIBED),
        ]

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
    suspect_since = models.DateTimeField(null=True)  # what was sent there came back
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
        indexes = [
            models.Index(
                fields=["workspace", "kind", "value"],
                name="identity_shared",
                condition=models.Q(kind__in=["email", "phone", "external"]),
            ),
            models.Index(
                fields=["workspace"],
                name="identity_suspect",
                condition=models.Q(suspect_since__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"


class PersonMerge(models.Model):
    """That two records were one person, and what moved, so that it can be undone."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    source = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    target = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    moved = models.JSONField(default=dict)  # by table, the rows that came along
    changed = models.JSONField(default=dict)  # by field, what the target said before, and after
    reason = models.CharField(max_length=64)
    merger = models.CharField(max_length=64, default="house:0")
    merged_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.source_id} -> {self.target_id}"


class PersonIndex(models.Model):
    """What search looks through: the tokens of a person's name and addresses."""

    person = models.OneToOneField(
        Person, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    workspace_id = models.BigIntegerField()
    tokens = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["tokens"], name="person_tokens")]

    def __str__(self) -> str:
        return f"tokens of {self.pk}"


class Organization(models.Model):
    """A company or another group that people belong to."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    attributes = models.JSONField(default=dict, db_default={})
    made_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("workspace", Lower("name"), name="organization_once")
        ]
        indexes = [
            GinIndex(fields=["attributes"], name="organization_attributes", condition=DESCRIBED)
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"


class OrganizationDomain(models.Model):
    """A domain of an organization's e-mail addresses and sites."""

    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    domain = models.CharField(max_length=253)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "domain"], name="domain_once")]

    def __str__(self) -> str:
        return self.domain


class Membership(models.Model):
    """That a person belongs to an organization; a person may belong to several."""

    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    joined_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "person"], name="joined_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} of {self.organization_id}"


class PersonTag(models.Model):
    """A word that members put on people, perhaps in a group of such words."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    group = models.CharField(max_length=40, default="")
    name = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "group", "name"], name="person_tag_once")
        ]

    def __str__(self) -> str:
        return f"{self.group}:{self.name}"


class PersonTagging(models.Model):
    """A tag on a person."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    tag = models.ForeignKey(PersonTag, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "tag"], name="person_tagged_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.tag_id}"


class Consent(models.Model):
    """That a person allows to be written to for a purpose, or no longer; the latest word counts."""

    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    way = models.CharField(max_length=8, choices=[(way.value, way.value) for way in Way])
    purpose = models.CharField(max_length=12, choices=[(p.value, p.value) for p in Purpose])
    is_granted = models.BooleanField()
    proof = models.CharField(max_length=300)
    recorder = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["person", "purpose", "way", "-id"], name="consent_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.way} {self.purpose} {self.is_granted}"


class Duplicate(models.Model):
    """That two people may be one, and why; nothing follows from it until a member decides."""

    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    first = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    second = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    reasons = ArrayField(models.CharField(max_length=16))
    is_dismissed = models.BooleanField(default=False)
    found_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["first", "second"], name="duplicate_once")]
        indexes = [
            models.Index(
                fields=["workspace", "-id"],
                name="duplicate_proposed",
                condition=models.Q(is_dismissed=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_id} = {self.second_id}?"
