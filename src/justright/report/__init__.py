"""The HTML report, the model card, the pictures."""
