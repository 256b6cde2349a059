import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0005_socket"),
    ]

    operations = [
        migrations.AddField(
            model_name="departure",
            name="mend_id",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="departure",
            name="parts",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=200), db_default=[], default=list, size=None
            ),
        ),
        migrations.AlterField(
            model_name="departure",
            name="message_id",
            field=models.BigIntegerField(),
        ),
        migrations.AddConstraint(
            model_name="departure",
            constraint=models.UniqueConstraint(
                fields=("message_id", "mend_id"), name="departure_once"
            ),
        ),
    ]
