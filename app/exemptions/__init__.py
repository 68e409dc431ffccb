"""Exemption certificates and what remains of them."""
