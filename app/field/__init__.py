"""Telephones and tablets at the truck: which there are, and everything that came back from them."""
