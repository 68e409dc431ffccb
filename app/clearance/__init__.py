"""Clearance permits: what they claim, the keys that vouch for it, and how anyone checks them offline."""
