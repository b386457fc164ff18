"""The HTML report, the model card, the pictures.

`html.html`, `card.card`, `notebook.model_html` and the functions of `plot` take a RunRecord, or
a part of one, and give back text or a figure. Nothing here writes a file.
"""
