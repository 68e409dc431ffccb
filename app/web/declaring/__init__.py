"""Writing a declaration, whoever does it: the form with its sections, its scans, and what shall be declared instead."""
