"""Pages for people, by task."""
