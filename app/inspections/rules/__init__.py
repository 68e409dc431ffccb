"""What is looked at, what stands of what was found, and what a photo may be. Pure."""
