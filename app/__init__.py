"""Guzar: customs declarations, transit movements, inspection decisions and printed permits of a border crossing point."""
