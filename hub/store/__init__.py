"""Rows in and out of the database, one module a noun; never commits."""
