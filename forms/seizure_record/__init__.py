"""Record of a seizure."""
