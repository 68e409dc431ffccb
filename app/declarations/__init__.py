"""What traders declare, and the life of a declaration."""
