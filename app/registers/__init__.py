"""Lists and figures across slices."""
