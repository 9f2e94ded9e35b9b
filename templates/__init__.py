"""Jinja templates, data only. Read through importlib.resources."""
