"""Measurements of the hub on this machine: ``python -m benchmarks``. Nothing here is imported by the product."""
