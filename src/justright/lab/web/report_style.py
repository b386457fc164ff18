"""The style of an exported report: light and dark, screen, phone and paper."""

#: The page's twelve colours of lines, for light and for dark pages (Okabe and Ito 2008; Tol 2021).
_LIGHT = (
    *("#0072b2", "#d55e00", "#009e73", "#aa4499", "#e69f00", "#3aa5e0"),
    *("#882255", "#8a8a1f", "#6558d3", "#2a9d8f", "#cc6677", "#7a6a5c"),
)
_DARK = (
    *("#4aa8e8", "#ff8a3d", "#35c79a", "#d681c8", "#f2b83a", "#84cbf5"),
    *("#d0608f", "#c2c24a", "#9d93ff", "#5cc9bb", "#f098a4", "#b3a190"),
)


def _variables(colours: tuple[str, ...]) -> str:
    return ";".join(f"--c{i}:{colour}" for i, colour in enumerate(colours))


_BY_PLACE = "".join(f'[data-colour="{i}"]{{--mark:var(--c{i})}}' for i in range(len(_LIGHT)))

STYLE = f"""
:root{{--page:#fff;--ink:#171b21;--soft:#566170;--line:#dde2e8;{_variables(_LIGHT)};color-scheme:light dark}}
@media(prefers-color-scheme:dark){{:root{{--page:#12151a;--ink:#e9edf2;--soft:#9ba6b4;--line:#2d343e;{_variables(_DARK)}}}}}
{_BY_PLACE}
*{{box-sizing:border-box}}
body{{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}}
main,footer{{max-width:50rem;margin:0 auto;padding:1.5rem 1.1rem}}footer{{color:var(--soft);font-size:.85em}}
h1{{line-height:1.2;margin:.3rem 0 1rem}}h1,p,li,figcaption,code{{overflow-wrap:anywhere}}
pre{{overflow-x:auto;padding:.7rem .9rem;border:1px solid var(--line);border-radius:8px}}
blockquote{{margin:1rem 0;padding-left:1rem;border-left:3px solid var(--line);color:var(--soft)}}
figure{{margin:1.6rem 0;break-inside:avoid}}figcaption{{margin-bottom:.3rem}}
.chart{{display:block;width:100%;height:auto}}.chart text{{fill:var(--soft);font-size:14px}}
.grid{{stroke:var(--line)}}.tick{{stroke:var(--soft);fill:none}}
.line{{fill:none;stroke:var(--mark);stroke-width:1.8;stroke-linejoin:round}}.line:hover{{stroke-width:4}}
.dots{{fill:var(--mark);fill-opacity:.8}}
.legend{{list-style:none;display:flex;flex-wrap:wrap;gap:.1rem 1.1rem;padding:0;margin:.4rem 0;font-size:.9em}}
.legend li{{display:inline-flex;align-items:center;gap:.4rem}}.legend i{{width:14px;height:3px;border-radius:2px;background:var(--mark)}}
details>div{{overflow-x:auto}}summary{{cursor:pointer;color:var(--soft);font-size:.9em}}
table{{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.92em}}
th,td{{text-align:right;padding:.2rem .8rem .2rem 0;border-bottom:1px solid var(--line)}}
th:first-child,.text th,.text td{{text-align:left}}th{{font-weight:500}}
@media(max-width:600px){{.chart text{{font-size:20px}}}}
@media print{{details{{display:none}}}}
"""  # noqa: E501
