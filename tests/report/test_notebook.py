from justright.kinds import RunRecord
from justright.report.notebook import model_html


def test_shows_the_verdict_and_a_picture(runs) -> None:
    text = model_html(runs["binary"]())
    assert "more than chance explains" in text and text.count("<circle") == 3
    assert "2 warnings and 1 finding to act on." in text
    assert "10 networks of 36,481 weights, depth 3" in text


def test_no_script_and_a_style_of_its_own(any_run: RunRecord) -> None:
    text = model_html(any_run)
    assert "<script" not in text and "<img" not in text
    style = text.partition("<style>")[2].partition("</style>")[0]
    flat = style.replace("@media(max-width:640px){", "")
    rules = [part.split("{")[0].strip() for part in flat.split("}") if "{" in part]
    assert rules
    for rule in rules:
        assert all(part.strip().startswith(".jr-model") for part in rule.split(",")), rule
