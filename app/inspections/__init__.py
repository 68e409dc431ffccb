"""Looking at papers and goods: orders, findings, conclusions."""
