"""The act of inspection: who looked at what, in which way, and what was found beside what is declared."""
