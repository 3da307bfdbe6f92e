# The service in an image: the same install steps as on a machine, without the private cluster.
FROM debian:12-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates git make postgresql-client-15 python3 \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/georegister
COPY . .
# With a database's address set, no PostgreSQL is installed.
RUN GEOREGISTER_DATABASE_URL=elsewhere python3 scripts/setup.py run \
    && useradd --system --home-dir /srv/georegister georegister
USER georegister
ENV HOST=0.0.0.0 PORT=8000
EXPOSE 8000
CMD ["/srv/georegister/.venv/bin/georegister", "demo"]
