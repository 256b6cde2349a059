import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0001_initial"),
        ("team", "0001_initial"),
    ]

    operations = [
        # A capacity was counted in conversations; now it is in units, of which a chat takes 20.
        migrations.RunSQL(
            "UPDATE team_presence SET capacity = LEAST(1000, capacity * 20)",
            "UPDATE team_presence SET capacity = capacity / 20",
        ),
        migrations.AddField(
            model_name="presence",
            name="given_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="presence",
            name="languages",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="presence",
            name="skills",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40), default=list, size=None
            ),
        ),
        migrations.AlterField(
            model_name="presence",
            name="capacity",
            field=models.SmallIntegerField(default=100),
        ),
        migrations.CreateModel(
            name="InboxRouting",
            fields=[
                (
                    "inbox",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="channels.inbox",
                    ),
                ),
                ("is_automatic", models.BooleanField(default=True)),
                ("weight", models.SmallIntegerField(default=20)),
                ("strategy", models.CharField(default="least_busy", max_length=12)),
                (
                    "skills",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), default=list, size=None
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("weight__range", (1, 1000))), name="weight_sane"
                    )
                ],
            },
        ),
    ]
