"""The register a command works on: the one of GEOREGISTER_DATABASE_URL, else the private cluster."""

from collections.abc import Iterator
from contextlib import contextmanager

from georegister.cluster import ADMIN, ROLES, Cluster
from georegister.register.database import Database
from georegister.register.schema import create_database, migrate
from georegister.settings import Settings


@contextmanager
def the_register(settings: Settings) -> Iterator[Database]:
    """A database at this version's schema, for as long as the block lasts."""
    if settings.database_url:
        database = Database(settings.database_url)
        migrate(database)
        yield database
        return
    with Cluster() as cluster:
        create_database(cluster.url(ADMIN, "postgres"), "georegister")
        database = Database(cluster.url(ADMIN), {role: cluster.url(role) for role in ROLES})
        migrate(database)
        yield database
