"""The demonstration: its people, the firms that trade there, two weeks of traffic, and the command that serves it."""
