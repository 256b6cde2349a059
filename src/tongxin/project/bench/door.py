"""A mail door of the benchmark's own, beside the house that is measured (run as a program)."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongxin.project.settings")
django.setup()

from tongxin.faces.post.app import run  # noqa: E402

if __name__ == "__main__":
    run({"lmtp": ("127.0.0.1", int(sys.argv[1]))})
