"""What oversight sees across the rooms of the house: rows against the journal, what a week shows, who looked at what."""
