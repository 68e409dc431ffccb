"""Goods under a suspensive procedure, and what remains of a previous declaration."""
