"""What oversight knows: checkpoints, differences, reports, counts."""
