"""The national reporting hub: from received bytes to one published national report."""
