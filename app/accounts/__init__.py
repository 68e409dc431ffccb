"""Who acts: persons, their accounts and grants, how they sign in, and the tokens of their software."""
