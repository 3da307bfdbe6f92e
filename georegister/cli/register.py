"""The register a command works on: the one of GEOREGISTER_DATABASE_URL, else the private cluster."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from georegister.cluster import ADMIN, ROLES, Cluster
from georegister.errors import RegisterUnavailable, SettingsInvalid
from georegister.register.database import Database, usable_url
from georegister.register.schema import create_database, migrate
from georegister.sentence import N_
from georegister.settings import Settings


@contextmanager
def the_register(settings: Settings, *, lasting: bool = False) -> Iterator[Database]:
    """A database at this version's schema, for as long as the block lasts; a lasting one is revived when it dies."""
    if settings.database_url:
        # Whoever wrote the variable must learn that it is the one; what is in it may be a secret.
        if not usable_url(settings.database_url):
            raise SettingsInvalid(
                N_(
                    "GEOREGISTER_DATABASE_URL is no PostgreSQL URL: "
                    "write postgresql://USER:PASSWORD@HOST:5432/DATABASE, special characters of a password as %XX, "
                    "and no parameters but PostgreSQL's own."
                )
            )
        database = Database(settings.database_url)
        try:
            migrate(database)
        except RegisterUnavailable as error:
            raise RegisterUnavailable(N_("GEOREGISTER_DATABASE_URL: {error}"), error=error) from error
        yield database
        return
    with Cluster() as cluster, cluster.watched() if lasting else nullcontext():
        create_database(cluster.url(ADMIN, "postgres"), "georegister")
        database = Database(cluster.url(ADMIN), {role: cluster.url(role) for role in ROLES})
        migrate(database)
        yield database
