"""What to try next, when to end, and how sure an answer is: seeded chance and statistics alone."""
