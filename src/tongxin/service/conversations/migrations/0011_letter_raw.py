from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0010_letters"),
    ]

    operations = [
        migrations.AddField(
            model_name="letter",
            name="raw_id",
            field=models.BigIntegerField(null=True),
        ),
    ]
