"""Reads across movements, guarantees and seals: what waits at an office, what is under way, everything about one."""
