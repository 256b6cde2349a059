"""Pages and API under WSGI (granian)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongxin.project.settings")
application = get_wsgi_application()
