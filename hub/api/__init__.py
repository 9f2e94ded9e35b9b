"""The machine interface under ``/api/v1``."""
