"""Note that goods are held for a term."""
