"""One file per kind of outside system; each yields envelopes."""
