"""Which consignments are looked at, and why."""
