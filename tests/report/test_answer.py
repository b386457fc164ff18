"""The answer to a question: as text, as a fragment, as a page, as a figure."""

import math
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from justright.kinds import Picture, Series
from justright.report.answer import WIDTH, answer_text
from justright.report.answer_html import answer_html, answer_page
from justright.report.answer_plot import plot_answer
from justright.report.drawing import lines_of, span_of
from justright.report.scale import Scale, x_scale, y_scale
from tests.report.answers import ANSWERS, HOSTILE, effect

of_all = pytest.mark.parametrize("reply", ANSWERS.values(), ids=ANSWERS)
LEVER = ANSWERS["lever"]


@of_all
def test_the_text_begins_with_the_sentence_alone(reply) -> None:
    head, question, *_ = answer_text(reply).split("\n\n")
    assert head == reply.sentence and question.startswith(reply.asked)
    assert max(map(len, answer_text(reply, 80).splitlines())) <= WIDTH
    assert "nan" not in answer_text(reply) and "None" not in answer_text(reply)


def test_the_text_of_a_lever_in_full() -> None:
    assert answer_text(LEVER).splitlines() == [
        "dropout 0.2 instead of 0: log loss 1.8 % lower (95 % interval 0.8 to 2.9 %)",
        "",
        "Is dropout useful here? (predicting price from houses.csv, judged by log loss: lower is"
        " better)",
        "",
        "dropout  log loss    gain  95 % interval        p  verdict",
        "0           0.421       –                       –  what it is compared with",
        "0.2         0.403   0.018  0.008 to 0.028    0.01  useful",
        "0.1         0.415   0.006  -0.002 to 0.014   0.01  no clear effect",
        "0.4         0.452  -0.031  -0.043 to -0.019  0.01  harmful",
        "",
        "Gain beside dropout 0",
        "0.2                            ┊   ├────●─────┤    +0.0180  (0.0080 to 0.0280)",
        "0.1                          ├─┼──●───┤            +0.0060  (-0.0020 to 0.0140)",
        "0.4    ├──────●─────┤          ┊                   -0.0310  (-0.0430 to -0.0190)",
        "     -0.047                                 0.032  gain in log loss →",
        "",
        "to use it: --set dropout=0.2",
        "",
        "Each value was trained from the same 6 starts on the same 4 folds.",
        "",
        "careful: the rows are few: an interval of so few folds is wide",
        "",
        "96 networks in 41.2 s. It ended once the answer was clear.",
        "",
        "again: justright ask dropout houses.csv --target price",
    ]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("rate", r"^validation  ▂+▁+▂▄█+ +0.351 to 22.9$"),
        ("rate", r"^ +1e-6 +10  learning rate$"),
        ("rate", r"^marks: best 0.01, usable from 0.003, diverges from 1$"),
        ("more data", r"^foretold   {20,}█+▇+.*▂  0.219 to 0.332$"),
        ("words", r"^sgd_nesterov, 1,024 rows +├─+●─+┤ +0.850  \(0.830 to 0.870\)$"),
    ],
)
def test_the_sketch(name: str, line: str) -> None:
    assert re.search(line, answer_text(ANSWERS[name]), re.MULTILINE)


class Marked(HTMLParser):
    """Every tag with its attributes, and whether all are closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in ("meta", "line", "circle", "path"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag) -> None:
        assert self.open.pop() == tag


@of_all
def test_the_fragment_is_whole_safe_and_has_no_scripts(reply) -> None:
    text = answer_html(reply)
    found = Marked(text)
    assert found.open == [] and "script" not in {tag for tag, _ in found.seen}
    assert HOSTILE not in text and "nan" not in text and "inf%" not in text
    style = text.partition("<style>")[2].partition("</style>")[0]
    flat = style.replace("@media(max-width:640px){", "")
    for rule in (part.split("{")[0].strip() for part in flat.split("}") if "{" in part):
        assert all(one.strip().startswith(".jr-answer") for one in rule.split(",")), rule


@of_all
def test_the_page_says_what_it_shows_and_loads_nothing(reply) -> None:
    page = answer_page(reply)
    assert "default-src 'none'" in page and HOSTILE not in page
    found = [attrs for _, attrs in Marked(page).seen if "aria-label" in attrs]
    drawn = [attrs for attrs in found if attrs.get("role") in ("img", "figure")]
    labels = [attrs["aria-label"] for attrs in drawn]
    assert labels == ([] if reply is ANSWERS["nothing"] else [
        f"{reply.picture.title}. {reply.sentence}"
    ])  # fmt: skip


def test_verdicts_give_their_colour_and_every_point_a_tooltip() -> None:
    page = answer_html(LEVER)
    rows = re.findall(r'class="jr-row jr-(\w+)"><span class="jr-name">([\d.]+)<', page)
    assert rows == [("useful", "0.2"), ("plain", "0.1"), ("harmful", "0.4")]
    assert "<title>0.2: +0.0180 0.0080 to 0.0280</title>" in page
    assert "<title>foretold, 4,000: 0.27 (0.243 to 0.297)</title>" in answer_html(
        ANSWERS["more data"]
    )


@pytest.mark.parametrize(
    ("name", "n_lines", "n_bands", "n_dashed", "n_marks"),
    [("rate", 2, 1, 0, 3), ("more data", 1, 1, 1, 0), ("words", 0, 0, 0, 0)],
)
def test_the_standing_picture(name, n_lines, n_bands, n_dashed, n_marks) -> None:
    seen = Marked(answer_html(ANSWERS[name])).seen
    lines, bands = (
        [str(attrs["class"]) for tag, attrs in seen if tag == wanted]
        for wanted in ("polyline", "polygon")
    )
    assert (len(lines), len(bands)) == (n_lines, n_bands)
    assert sum("jr-dashes" in css for css in lines) == n_dashed
    assert sum(attrs.get("class") == "jr-mark" for _, attrs in seen) == n_marks


def test_a_hole_parts_a_line_and_what_is_far_out_does_not_set_the_axis() -> None:
    line = Series(name="a", x=(1.0, 2.0, 3.0, 4.0), y=(1.0, 2.0, None, 1.5))
    holed = replace(LEVER, picture=Picture(title="", x="x", y="y", series=(line,)))
    assert answer_html(holed).count("<polyline") == 2
    assert 0.9 < y_scale(ANSWERS["exploded"].picture).high < 5
    assert y_scale(holed.picture) == Scale(low=0.94, high=2.06)


def test_the_axes() -> None:
    rates = x_scale(ANSWERS["rate"].picture)
    assert rates.is_log and rates.low < 1e-6 and rates.high > 10
    assert [said for _, said in rates.ticks()] == ["1e-6", "0.0001", "0.01", "1"]
    assert math.isclose(rates.share(math.sqrt(rates.low * rates.high)), 0.5)
    assert rates.share(-1.0) == -math.inf
    words = x_scale(ANSWERS["words"].picture)
    assert [words.share(float(i)) for i in (0, 5)] == [0.5 / 6, 5.5 / 6]


def test_what_harms_far_beyond_all_others_does_not_make_them_dots() -> None:
    values = (0.01, 0.012, -0.008, -5.0)
    series = Series(name="gain", x=tuple("abcd"), y=values, drawn="points")
    far = Picture(title="", x="", y="", series=(series,), zero=True, lying=True)
    low, high = span_of(lines_of(far, {"d": "harmful"}), zero=True)
    assert -0.1 < low < -0.008 and high > 0.012
    reply = replace(LEVER, picture=far, effects=(effect("d", -5.0, 0.1),))
    page = answer_html(reply)
    assert page.count("off the scale") == 1 and page.count('class="jr-dot"') == 3
    assert "◂" in answer_text(reply)
    assert span_of(lines_of(far, {"d": "useful"}), zero=True)[0] < -5


@of_all
def test_the_figure(reply) -> None:
    pytest.importorskip("matplotlib")
    figure = plot_answer(reply)
    figure.canvas.draw()
    axes = figure.axes[0]
    assert axes.get_title(loc="left") == reply.picture.title
    picture = reply.picture
    assert axes.get_xlabel() == (picture.y if picture.lying else picture.x)
    if reply.picture.x_log:
        assert axes.get_xscale() == "log"
    if reply is ANSWERS["rate"]:
        assert len(axes.collections) == 1 and [t.get_text() for t in axes.texts] == [
            "best 0.01", "usable from 0.003", "diverges from 1",
        ]  # fmt: skip
