"""Watching the watchers: look-ups, checkpoints of the journal, rows nobody answers for, and the weekly report."""
