"""Journeys of goods in transit, from departure to discharge: the movement, its guarantees, its seals and its alarms
together. Each reads from top to bottom like the procedure manual."""
