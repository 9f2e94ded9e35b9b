"""The panels of a filing's page, one module a noun."""
