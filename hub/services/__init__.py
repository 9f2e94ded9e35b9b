"""Use cases: each opens one transaction, names its actor and checks its permission."""
