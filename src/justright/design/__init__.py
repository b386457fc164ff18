"""Turn facts about the data into a design, and say why."""
