"""What the codes mean, and since when: commodities, countries, packages, documents, posts of the border."""
