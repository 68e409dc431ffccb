"""The transit accompanying document: what goes with the goods from the office of departure to that of destination."""
