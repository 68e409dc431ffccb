"""What the API and the pages share of Flask."""
