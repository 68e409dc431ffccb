"""Goods under customs control from one office to another: what is declared, who holds it, and how it ends."""
