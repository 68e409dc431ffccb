"""Other systems' languages: read into the contract's words, and written back. Pure: no database, no web."""
