"""What oversight asks of a week, and how a checkpoint is written. Pure."""
