"""Journeys that write across slices; sequence only."""
