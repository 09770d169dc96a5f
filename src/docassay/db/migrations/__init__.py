"""The Alembic environment: one file per change of the tables under ``versions/``."""
