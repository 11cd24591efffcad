"""What Alembic runs: the migrations, on the connection it was given (see ``upgrade``)."""

from alembic import context

from kaiban.storage.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # The caller's transaction holds the whole upgrade, on SQLite, too.
    transactional_ddl=True,
)
context.run_migrations()
