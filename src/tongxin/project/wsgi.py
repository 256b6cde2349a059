"""Pages and API under WSGI (granian)."""

import os

from django.core.wsgi import get_wsgi_application

from tongxin.project.processes import die_with_parent

die_with_parent()  # granian's workers would outlive a killed granian
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongxin.project.settings")
application = get_wsgi_application()
