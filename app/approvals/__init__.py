"""Second persons: what one proposes, another one, and never the same human being, approves."""
