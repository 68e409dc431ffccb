"""Notice of a decision against the goods of a firm."""
