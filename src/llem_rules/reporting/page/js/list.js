// The list of rules: what was asked for stands in the address, so it can be sent to somebody.
const ASKED = ["q", "engine", "verdict", "effect", "type", "by", "reach"];
const STEP = 60;

function listAddress(asked) {
  const pairs = ASKED.filter(name => asked[name]).map(name => `${name}=${encodeURIComponent(asked[name])}`);
  return pairs.length ? `#/rules?${pairs.join("&")}` : "#/rules";
}
const ruleAddress = rule => `#/rule/${rule.id}`;

const FACETS = [
  ["engine", "Engine", rule => rule.engine.name, name => name],
  ["verdict", "Verdict", rule => rule.verdict, name => name],
  ["effect", "Effect", rule => rule.effect, name => SAYS[name][0]],
  ["reach", "When", rule => rule.reach || "construct", name => name],
  ["by", "Known from", rule => rule.by, name => BY[name]],
  ["type", "Native type", rule => rule.type, name => typeOf.get(name).short],
];
const holds = (rule, asked, but) => FACETS.every(([name, , of]) => name === but || !asked[name] || of(rule) === asked[name]);

function facets(hits, asked) {
  return FACETS.map(([name, title, of, word]) => {
    const counts = counted(hits.filter(rule => holds(rule, asked, name)), of);
    if (counts.size < 2 && !asked[name]) return null;
    const order = { effect: EFFECTS, verdict: VERDICTS, reach: Object.keys(REACH) }[name];
    const values = [...counts.keys()].sort((one, two) => order ? order.indexOf(one) - order.indexOf(two) : counts.get(two) - counts.get(one));
    return h("div", { class: "facet" }, h("h3", {}, title), h("ul", {}, values.map(value => {
      const on = asked[name] === value;
      return h("li", {}, h("a", { href: listAddress({ ...asked, [name]: on ? null : value }), "aria-current": on ? "true" : null, title: value },
        name === "effect" ? h("span", { class: "dot", "data-effect": value }) : null,
        h("span", { class: "name" }, word(value)), h("span", { class: "figure" }, number(counts.get(value)))));
    })));
  });
}

function row(rule, query) {
  return h("li", {}, h("a", { class: "row", href: ruleAddress(rule) },
    h("span", { class: "what" }, rule.verdict === "confirmed" ? null : h("span", { class: "verdict", "data-verdict": rule.verdict }, rule.verdict), badge(rule)),
    h("span", { class: "about" }, h("code", { class: "name" }, marked(rule.name, query)), h("span", { class: "title" }, marked(rule.title, query))),
    h("code", { class: "owner" }, rule.owner.short)));
}

function rows(hits, query) {
  const list = h("ul", { class: "rows" }), end = h("div", { class: "end" });
  let shown = 0;
  const further = () => {
    list.append(...hits.slice(shown, shown + STEP).map(rule => row(rule, query)));
    shown = Math.min(hits.length, shown + STEP);
    end.replaceChildren(...(shown < hits.length ? [h("button", { type: "button", class: "more", onclick: further }, `${many(hits.length - shown, "more rule")}`)] : []));
  };
  further();
  new IntersectionObserver(seen => { if (seen.some(one => one.isIntersecting) && shown < hits.length) further(); }, { rootMargin: "800px" }).observe(end);
  return [list, end];
}

// The rules through which j and k go: those of the list that was looked at last.
let current = rules;

function listView(asked) {
  const query = asked.q || "", hits = found(query);
  current = hits.filter(rule => holds(rule, asked));
  const chosen = FACETS.filter(([name]) => asked[name]);
  const narrow = h("details", { class: "facets", open: matchMedia("(min-width: 60rem)").matches },
    h("summary", {}, "Narrow", chosen.length ? h("span", { class: "quiet" }, ` (${chosen.length})`) : null), facets(hits, asked));
  return {
    title: query ? `${query} · rules` : "Rules",
    body: [h("div", { class: "browse" }, narrow, h("div", { class: "results" },
      h("div", { class: "heading" }, h("h1", { tabindex: "-1" }, query ? ["Rules with ", h("q", {}, query)] : "Rules"),
        h("p", { class: "quiet", role: "status" }, many(current.length, "rule"))),
      chosen.length ? h("p", { class: "chosen" }, chosen.map(([name, title, , word]) =>
        h("a", { href: listAddress({ ...asked, [name]: null }), "aria-label": `Remove: ${title} ${word(asked[name])}` }, word(asked[name]), h("span", { "aria-hidden": "true" }, " ×")))) : null,
      current.length ? rows(current, query) : h("p", { class: "nothing" }, "No rule has all of these. ", h("a", { href: "#/rules" }, "All rules"))))],
  };
}
