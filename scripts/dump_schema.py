"""Writes migrations/schema.sql: what the migrations make, for people to review. `make schema` after a migration."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.conftest import Cluster, Server, migrate, temporary_root  # noqa: E402
from tests.register.test_schema import REVIEWED, dump  # noqa: E402


def main() -> None:
    with temporary_root() as root, Cluster(root) as cluster:
        server = Server(cluster, "schema")
        server.sql("CREATE DATABASE reviewed")
        migrate(server.database("reviewed"))
        REVIEWED.write_text(dump(server.database("reviewed")), encoding="utf-8")


if __name__ == "__main__":
    main()
