from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower

from tongxin.center.accounts.values import Role
from tongxin.center.kit.actor import Reach


class Workspace(models.Model):
    """A company, or a part of one that wants a world of its own."""

    name = models.CharField(max_length=120)
    language = models.CharField(max_length=16, default="zh-hans")
    time_zone = models.CharField(max_length=64, default="Asia/Shanghai")
    second_step_for = ArrayField(models.CharField(max_length=16), default=list)
    # Who is no owner enters by a connection to an identity provider only.
    must_connect = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"


class User(AbstractBaseUser):
    """Somebody who can log in."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, default="")
    language = models.CharField(max_length=16, default="")
    theme = models.CharField(max_length=8, default="")
    is_active = models.BooleanField(default=True)

    objects = BaseUserManager()

    USERNAME_FIELD = "email"

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_user_per_email")]

    def __str__(self) -> str:
        return self.email


class CustomRole(models.Model):
    """A role that a workspace made itself: what it may, and which conversations it reaches."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    permissions = ArrayField(models.CharField(max_length=64))
    reach = models.CharField(max_length=8, choices=[(r.value, r.value) for r in Reach])
    needs_second_step = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "workspace",
                Lower("name"),
                name="role_name_once",
                condition=models.Q(removed_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"


class Member(models.Model):
    """A user in a workspace, with a role."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=16, choices=[(role.value, role.value) for role in Role])
    custom = models.ForeignKey(CustomRole, on_delete=models.PROTECT, null=True, related_name="+")
    # Opaque here: a seat knows its queues without another statement.
    queue_ids = ArrayField(models.BigIntegerField(), default=list, db_default=[])
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user"], name="member_once"),
            models.CheckConstraint(
                name="custom_says_which",
                condition=models.Q(role="custom", custom__isnull=False)
                | (~models.Q(role="custom") & models.Q(custom=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.role}"


class Token(models.Model):
    """Lets a machine act in one workspace. Only a digest is kept of what it shows."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    maker = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    hint = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=64))
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"


class LogIn(models.Model):
    """A browser in which a user is logged in: what its session is called, and where from it came."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    session_key = models.CharField(max_length=40, unique=True)
    ip = models.GenericIPAddressField(null=True)
    browser = models.CharField(max_length=200)
    began_at = models.DateTimeField()
    # By a connection (opaque here): then it opens this member's seat and nothing else.
    member = models.ForeignKey(Member, on_delete=models.CASCADE, null=True, related_name="+")
    connection_id = models.BigIntegerField(null=True, db_index=True)
    second_step = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="connection_says_whom",
                condition=models.Q(member=None, connection_id=None)
                | models.Q(member__isnull=False, connection_id__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} of {self.user_id}"
