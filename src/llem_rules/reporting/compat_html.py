"""The matrix of rules over versions as one self-contained page: a heat map; a click shows two neighbouring observations."""

from __future__ import annotations

import html as markup
import json
from collections.abc import Iterator
from typing import Any

from llem_rules.corpus.matrix import Matrix, RuleOverVersions

_CODES = {"fires": "f", "changed": "c", "absent": "a", "unchecked": "u"}


def html(matrix: Matrix) -> str:
    """The page. Nothing is loaded from elsewhere; what was seen travels as JSON inside it."""
    order = matrix.order
    data = {name: _plain(one, order) for name, one in matrix.rules.items()}
    safe = json.dumps({"order": order, "rules": data}, ensure_ascii=False).replace("<", "\\u003c")
    return _PAGE.format(
        title=f"{markup.escape(matrix.engine)}: rules over versions",
        head="".join(f"<th><span>{markup.escape(version)}</span></th>" for version in order),
        rows="\n".join(_rows(matrix, order)),
        failed="".join(_failed(matrix)),
        data=safe,
    )


def _plain(one: RuleOverVersions, order: list[str]) -> list[dict[str, Any]]:
    return [
        {
            "from": order.index(span.first),
            "to": order.index(span.last),
            **span.cell.model_dump(mode="json", exclude_none=True),
        }
        for span in one.spans
    ]


def _rows(matrix: Matrix, order: list[str]) -> Iterator[str]:
    native_type = None
    for name, one in matrix.rules.items():
        owner, _, own = name.rpartition(".")
        if owner != native_type:
            native_type = owner
            yield f'<tr class="type"><th colspan="{len(order) + 1}">{markup.escape(owner)}</th></tr>'
        cells = [one.at(version, order) for version in order]
        same = all(cell is not None and cell.state == "fires" for cell in cells)
        marks = "".join(f'<td class="{_CODES[cell.state] if cell else "n"}"></td>' for cell in cells)
        yield f'<tr data-rule="{markup.escape(name)}"{" class=same" if same else ""}><th>{markup.escape(own)}</th>{marks}</tr>'


def _failed(matrix: Matrix) -> Iterator[str]:
    for name, one in matrix.versions.items():
        if one.unchecked is not None:
            yield f"<p><b>{markup.escape(name)}</b> could not be replayed: {markup.escape(one.unchecked)}</p>"


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font: 14px/1.4 system-ui, sans-serif; margin: 1.5rem; color: #1b1f24; background: #fff; }}
table {{ border-collapse: collapse; }}
thead th {{ position: sticky; top: 0; background: #fff; height: 6.5em; vertical-align: bottom; padding: 0; }}
thead th span {{ display: inline-block; writing-mode: vertical-rl; transform: rotate(180deg); font-weight: normal; }}
tbody th {{ text-align: left; font-weight: normal; padding: 0 .8em 0 1em; white-space: nowrap; }}
tr.type th {{ font-weight: 600; padding: .7em 0 .2em; }}
td {{ width: 20px; min-width: 20px; height: 18px; border: 1px solid #fff; cursor: pointer; }}
.f {{ background: #2e8b57; }} .c {{ background: #e69f00; }} .a {{ background: #d5d9de; }} .n {{ background: #fff; }}
.u {{ background: repeating-linear-gradient(45deg, #b33 0 3px, #fff 3px 6px); }}
td.on {{ outline: 2px solid #000; }}
.legend span {{ display: inline-block; width: 1em; height: 1em; margin: 0 .3em -.15em 1em; border: 1px solid #ccc; }}
#seen {{ position: fixed; left: 0; right: 0; bottom: 0; max-height: 45vh; overflow: auto; padding: 0 1.5rem 1rem;
  background: #f6f8fa; border-top: 1px solid #ccc; display: none; }}
#seen h2 {{ font-size: 1rem; overflow-wrap: anywhere; }}
body.seen {{ padding-bottom: 46vh; }}
#seen .two {{ display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; }}
#seen pre {{ white-space: pre-wrap; overflow-wrap: anywhere; background: #fff; padding: .6em; border: 1px solid #ddd; }}
body.only tr.same {{ display: none; }}
</style></head><body>
<h1>{title}</h1>
<p class="legend"><span class="f"></span>fires as claimed <span class="c"></span>changed effect
<span class="a"></span>does not exist <span class="u"></span>unchecked
&nbsp; <label><input type="checkbox" id="only"> only rules that are not the same everywhere</label></p>
{failed}
<table><thead><tr><th></th>{head}</tr></thead><tbody>
{rows}
</tbody></table>
<aside id="seen"></aside>
<script type="application/json" id="data">{data}</script>
<script>
const data = JSON.parse(document.getElementById("data").textContent);
const words = {{fires: "fires as claimed", changed: "changed effect", absent: "does not exist", unchecked: "unchecked"}};
const pane = document.getElementById("seen");
function add(parent, name, text) {{
  const made = document.createElement(name); made.textContent = text; parent.append(made); return made; }}
function show(parent, title, span) {{
  const part = add(parent, "section", "");
  add(part, "h3", title);
  if (!span) {{ add(part, "p", "not swept"); return; }}
  add(part, "p", words[span.state] + (span.why ? ": " + span.why : ""));
  for (const one of ["positive", "negative"]) if (span[one]) {{
    add(part, "b", one); add(part, "pre", JSON.stringify(span[one], null, 1)); }}
}}
document.querySelector("tbody").addEventListener("click", event => {{
  const cell = event.target.closest("td"); if (!cell) return;
  document.querySelectorAll("td.on").forEach(one => one.classList.remove("on"));
  cell.classList.add("on");
  const rule = cell.parentNode.dataset.rule, at = cell.cellIndex - 1, spans = data.rules[rule];
  const here = spans.findIndex(one => one.from <= at && at <= one.to);
  // Where it turned: beside the span of the click stands its neighbour, the one before or else the one after.
  const pair = here > 0 ? [here - 1, here] : spans.length > 1 ? [here, here + 1] : [here];
  pane.replaceChildren(); pane.style.display = "block"; document.body.classList.add("seen");
  add(pane, "h2", rule);
  const two = add(pane, "div", ""); two.className = "two";
  for (const index of pair) {{
    const span = spans[index], from = data.order[span.from], to = data.order[span.to];
    show(two, from === to ? from : from + " to " + to, span); }}
}});
document.getElementById("only").addEventListener("change", event =>
  document.body.classList.toggle("only", event.target.checked));
document.addEventListener("keydown", event => {{ if (event.key === "Escape") pane.style.display = "none"; }});
</script></body></html>
"""
