"""Who answers for goods in transit, for how much, and what of it is taken."""
