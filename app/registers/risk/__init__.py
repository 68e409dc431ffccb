"""What selectivity knows, read across the slices."""
