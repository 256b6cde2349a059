import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0006_mending"),
    ]

    operations = [
        migrations.AddField(
            model_name="inbox",
            name="templates_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="Template",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=512)),
                ("language", models.CharField(max_length=32)),
                ("name", models.CharField(max_length=512)),
                ("text", models.TextField()),
                (
                    "holes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                ("details", models.JSONField(default=dict)),
                (
                    "inbox",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="channels.inbox",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="template",
            constraint=models.UniqueConstraint(
                fields=("inbox", "key", "language"), name="template_once"
            ),
        ),
    ]
