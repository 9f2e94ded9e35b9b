"""Pure nouns and verbs of reporting: no framework, database, file, clock or randomness."""
