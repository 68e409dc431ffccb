"""Clearance on paper while the system is down: opened by two persons, on numbered forms, and keyed in within a day."""
