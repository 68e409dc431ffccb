"""The Single Administrative Document as a print of a declaration, with continuation sheets."""
