"""Tables and forms to bytes, one module a format; nothing written is active content."""
