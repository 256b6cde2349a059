from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

import tongxin.center.kit.sealing


def seal(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """What lay in the open is sealed."""
    with editor.connection.cursor() as cursor:
        tongxin.center.kit.sealing.seal_column(cursor, "federation_connection", "secret")


class Migration(migrations.Migration):
    dependencies = [("federation", "0001_initial")]
    operations = [
        migrations.AlterField("connection", "secret", tongxin.center.kit.sealing.SealedField()),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
