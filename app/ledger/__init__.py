"""Double-entry postings: every amount leaves one account and reaches another."""
