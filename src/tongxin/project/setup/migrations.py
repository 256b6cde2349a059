"""Has every change of a model its migration? Asked without a database, unlike makemigrations."""

import sys

from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from tongxin.project.prepare import start_django
from tongxin.project.speech import tell


def missing() -> list[str]:
    """Return what the models say and no migration does."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    detector = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
    return [
        f"{app}: {operation.describe()}"
        for app, migrations in detector.changes(graph=loader.graph).items()
        for migration in migrations
        for operation in migration.operations
    ]


if __name__ == "__main__":
    start_django()
    unwritten = missing()
    for line in unwritten:
        tell(line)
    sys.exit(bool(unwritten))
