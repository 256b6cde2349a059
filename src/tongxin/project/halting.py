"""What the threads of the worker share: when to stop, and what it is when the database is away."""

import threading
from datetime import UTC, datetime

import psycopg
from django.db import InterfaceError, OperationalError

AWAY = (OperationalError, InterfaceError, psycopg.OperationalError, OSError)
LOOK_AGAIN = 5.0  # seconds after which a thread looks even if nobody called

stopping = threading.Event()


def now() -> datetime:
    return datetime.now(UTC)
