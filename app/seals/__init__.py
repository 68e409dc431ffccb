"""Seals: where each one is, who put it on what, and in which state it was found."""
