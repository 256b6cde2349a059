"""What granian's workers run."""

import os

from django.core.wsgi import get_wsgi_application

from tongxin.project.processes import die_with_parent

die_with_parent()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongxin.project.settings")
application = get_wsgi_application()
