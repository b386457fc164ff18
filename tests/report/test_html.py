"""The report is one well-formed page, loads nothing, and no text of the user breaks out of it."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from justright.kinds import RunRecord
from justright.report.html import html

VOID = {"meta", "br", "img", "link", "input", "hr"}
SHAPES = {"line", "rect", "circle", "polyline", "polygon"}


class Page(HTMLParser):
    """Checks that tags nest, and collects what a browser would act on."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.ids: list[str] = []
        self.json: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.ids += [v for k, v in attrs if k == "id" and v]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in SHAPES, tag
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, (tag, self.open)
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            if self.tags[-1][1].get("type") == "application/json":
                self.json.append(data)
        elif self.open and self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.words)


def test_tags_nest_and_ids_are_unique(any_run: RunRecord) -> None:
    page = Page(html(any_run))
    assert len(page.ids) == len(set(page.ids))
    links = [a["href"] for tag, a in page.tags if tag == "a"]
    assert links and all(link and link[1:] in page.ids for link in links)


def test_nothing_is_loaded(any_run: RunRecord) -> None:
    page = Page(html(any_run))
    for tag, attrs in page.tags:
        assert tag not in {"link", "img", "iframe", "object", "base", "form"}, tag
        assert "src" not in attrs
        assert not any(key.startswith("on") for key in attrs), attrs
        assert tag == "meta" or "http" not in (attrs.get("href") or "")
    style = "".join(re.findall(r"<style>(.*?)</style>", html(any_run), re.S))
    assert "url(" not in style and "@import" not in style


def test_every_script_is_ours_and_has_its_hash(any_run: RunRecord) -> None:
    page = Page(html(any_run))
    ours = [a for tag, a in page.tags if tag == "script" and a.get("type") != "application/json"]
    rule = next(a["content"] for t, a in page.tags if t == "meta" and "http-equiv" in a)
    assert rule is not None
    assert len(ours) == 4 and rule.count("sha256-") == 4
    assert rule.startswith("default-src 'none'")
    assert "unsafe-eval" not in rule and "script-src 'unsafe" not in rule


def test_chart_data_is_plain_json(any_run: RunRecord) -> None:
    def refuse(word: str) -> None:
        raise AssertionError(word)

    for text in Page(html(any_run)).json:
        json.loads(text, parse_constant=refuse)
        assert "<" not in text and "&" not in text


def test_hostile_text_stays_text(runs) -> None:
    text = html(runs["hostile"]())
    assert "<script>alert" not in text and "<img" not in text
    assert "alert(1)" in Page(text).text
    harmless = html(runs["regression"]())
    scripts = (text.count("<script"), harmless.count("<script"))
    assert scripts[0] == scripts[1]


def test_sections_of_a_full_run(runs) -> None:
    page = Page(html(runs["binary"]()))
    wanted = ("verdict", "warnings", "task", "design", "sweep", "training", "results", "data",
              "findings", "timings", "again")  # fmt: skip
    assert [i for i in page.ids if i in wanted] == list(wanted)
    charts = [a["data-chart"] for _, a in page.tags if "data-chart" in a]
    assert charts == ["sweep", "curves", "gradients", "calibration"]
    for words in ("0.873", "0.852 to 0.894", "Rules passed over", "Remedy:", "27.5 s"):
        assert words in page.text, words
    assert "signed_on" in page.text and "2013-10-22 to 2022-01-08" in page.text


def test_every_figure_speaks_and_has_its_numbers(any_run: RunRecord) -> None:
    text = html(any_run)
    page = Page(text)
    figures = [a for tag, a in page.tags if tag == "figure"]
    assert all(a["role"] == "figure" and a["aria-label"] for a in figures)
    drawn = sum("data-chart" in a for a in figures)
    assert text.count("<summary>Figures</summary>") == drawn


def test_a_number_is_shown_as_a_scatter(runs) -> None:
    charts = [a.get("data-chart") for _, a in Page(html(runs["regression"]())).tags]
    assert "scatter" in charts and "calibration" not in charts


def test_empty_parts_are_left_out(runs) -> None:
    page = Page(html(runs["bare"]()))
    assert not {"warnings", "design", "sweep", "training", "timings", "results"} & set(page.ids)
    assert {"verdict", "task", "data", "again"} <= set(page.ids)
    assert not [a for _, a in page.tags if "data-chart" in a]


def test_many_classes_are_put_together(runs) -> None:
    text = Page(html(runs["many classes"]())).text
    assert "25 others" in text and "The most frequent mistakes" in text
    assert html(runs["many classes"]()).count('class="heat mixed"') == 1
    assert "heat mixed" not in html(runs["multiclass"]())


def test_diverged_members_are_said_to_have_diverged(runs) -> None:
    text = Page(html(runs["sick"]())).text
    assert "diverged (2)" in text
    assert "nan" not in text.lower().split() and "None" not in text.split()


@pytest.mark.parametrize("n_members", [50, 1])
def test_a_long_run_stays_small(runs, n_members: int) -> None:
    run = runs["binary"]()
    one = run.traces[0]
    long = replace(
        one,
        steps=tuple(range(4000)),
        train_loss=tuple(1.2345678 / (i + 1) for i in range(4000)),
        validation_loss=tuple(2.3456789 / (i + 1) for i in range(4000)),
        gradient_norm={f"layer {k}": (0.123456,) * 4000 for k in range(12)},
    )
    columns = tuple(replace(run.columns[0], name=f"x{i}") for i in range(3000))
    text = html(replace(run, traces=(long,) * n_members, columns=columns))
    assert len(text.encode()) < 400_000
    data = next(json.loads(j) for j in Page(text).json if "members" in j)
    assert len(data["epochs"]) <= 300 and len(data["members"]) == min(n_members, 16)
