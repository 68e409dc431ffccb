"""Files people and other systems hand in."""
