"""Scheduled duties: what is due, claimed once, run."""
