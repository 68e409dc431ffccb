"""The assessment notice: what is to be paid for a declaration, and how each figure was found."""
