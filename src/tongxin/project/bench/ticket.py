"""Print a ticket for the wire (run as a program inside the house)."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongxin.project.settings")
django.setup()

from django.core.signing import TimestampSigner  # noqa: E402

from tongxin.faces.live.desk import TICKET_SALT  # noqa: E402

if __name__ == "__main__":
    print(TimestampSigner(salt=TICKET_SALT).sign(sys.argv[1]))
