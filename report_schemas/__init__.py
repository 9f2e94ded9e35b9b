"""Data only: regimes, org units, calendars, national reports. Read through importlib.resources."""
