"""Tests: unit (pure), slices (real PostgreSQL), journeys, browser, architecture, faults, bench."""
