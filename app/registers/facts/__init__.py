"""The facts about a consignment, gathered from what is declared and from what the node knows beside: every word of the
vocabulary of risk profiles (`app.risk.rules.vocabulary`) that a declaration or a movement has.

The number of statements does not depend on the number of items: at most `MOST_STATEMENTS`. Facts that others add (watch
lists, trust, the learned score) stand at their defaults.
"""

from app.registers.facts.gathering import MOST_STATEMENTS, of_declaration, of_movement

__all__ = ["MOST_STATEMENTS", "of_declaration", "of_movement"]
