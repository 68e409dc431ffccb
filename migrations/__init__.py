"""Migrations of the database, numbered; each works with the release before it."""
