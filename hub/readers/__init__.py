"""Bytes to :class:`hub.domain.envelope.Reading`, one module a format; hostile input expected."""
