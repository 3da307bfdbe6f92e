"""Runs the migrations on a connection that is given to it (see register/schema.py); never finds one by itself."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection)
with context.begin_transaction():
    context.run_migrations()
