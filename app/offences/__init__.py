"""Offences: goods are held for a term, seized with a record of every piece, handed over, and come to an end by an act."""
