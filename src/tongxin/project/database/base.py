"""Django's PostgreSQL, which hands out no connection that the server has closed meanwhile."""

import select
from collections import deque
from typing import Any

from django.db.backends.postgresql import base
from psycopg import Connection
from psycopg_pool import ConnectionPool

_PREPARED = 400


class Latest(deque[Connection]):
    """What waits in a pool: who came last goes first."""

    def append(self, connection: Connection, /) -> None:
        self.appendleft(connection)


class DatabaseWrapper(base.DatabaseWrapper):
    """After a restart of the database the pool holds dead connections: they are passed over.

    CONN_HEALTH_CHECKS would ask the server, a round trip for every request; we ask the kernel.
    """

    @property
    def pool(self) -> ConnectionPool | None:
        """Hand out the connection that was given back last, not all in turn.

        The server's process behind it has what it needs at hand still; those that nobody needs may end.
        """
        pool: ConnectionPool | None = super().pool
        if pool is not None and type(pool._pool) is not Latest:  # noqa: SLF001 - it has no setting for it
            pool._pool = Latest(pool._pool)  # noqa: SLF001
        return pool

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:  # noqa: ANN401
        """Return a live connection; while the database restarts, wait for one."""
        connection = super().get_new_connection(conn_params)
        while self.pool and hung_up(connection.fileno()):
            connection.close()
            self.pool.putconn(connection)
            connection = super().get_new_connection(conn_params)
        connection.prepared_max = _PREPARED  # a desk has more statements than psycopg would keep
        return connection


def hung_up(descriptor: int) -> bool:
    """Whether a server has something to say on an idle connection: that is how it says good-bye."""
    looking = select.poll()
    looking.register(descriptor, select.POLLIN)
    return bool(looking.poll(0))
