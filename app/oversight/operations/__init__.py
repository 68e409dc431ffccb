"""The verbs of oversight."""
