"""Reads the data folders under ``report_schemas`` into domain objects."""
