from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("team", "0003_away_for"),
    ]

    operations = [
        migrations.AddField(
            model_name="presence",
            name="phone",
            field=models.CharField(db_default="", default="", max_length=128),
        ),
    ]
