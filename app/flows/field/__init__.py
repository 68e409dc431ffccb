"""At the truck without a network: what is taken along, what comes back, and what happens when both sides went on."""
