"""What rosters, qualifications and conflicts must look like, and how chance chooses. Pure."""
