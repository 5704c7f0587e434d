// What rules speak of, and what they do not: fields always; effect sites where they were handed over.
function engineTabs(view, chosen) {
  return engines.length > 1 ? h("nav", { class: "tabs", "aria-label": "Engines" }, engines.map(engine =>
    h("a", { href: `#/${view}/${engine.name}`, "aria-current": engine === chosen ? "page" : null }, engine.name))) : null;
}

function meter(part, whole) {
  return h("div", { class: "meter", role: "img", "aria-label": `${number(part)} of ${number(whole)}` },
    h("span", { style: `width:${whole ? (100 * part) / whole : 0}%` }));
}

function shareTable(caption, words, lines) {
  return h("table", { class: "shares" }, h("caption", { class: "unseen" }, caption),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, words[0]), h("th", { scope: "col", class: "figure" }, words[1]), h("th", { scope: "col", class: "figure" }, "share"),
      h("th", { scope: "col", class: "bars" }, h("span", { class: "unseen" }, "drawn")))),
    h("tbody", {}, lines.map(([type, part, whole]) => h("tr", {},
      h("th", { scope: "row" }, h("a", { href: `#/type/${type}` }, h("code", {}, breakable(type.slice(type.indexOf(".") + 1))))),
      h("td", { class: "figure" }, `${number(part)} / ${number(whole)}`), h("td", { class: "figure" }, share(part, whole)), h("td", { class: "bars" }, meter(part, whole))))));
}
// The least covered first, and of those the largest.
const leastFirst = lines => lines.sort((one, two) => one[1] / one[2] - two[1] / two[2] || two[2] - one[2] || (one[0] < two[0] ? -1 : 1));

function fieldShares(engine) {
  return leastFirst(engine.types.filter(type => type.fields.length).map(type => {
    const spoken = new Set(type.rules.flatMap(rule => rule.fields.map(field => field.split(".")[0])));
    return [type.name, type.fields.filter(([name]) => spoken.has(name)).length, type.fields.length];
  }));
}

function siteLine(site) {
  return h("li", {}, h("code", {}, breakable(`${site.file}:${site.line}`)), ` ${site.kind}${site.field ? ` of ${site.field}` : ""} in `, h("code", {}, breakable(site.function)),
    h("span", { class: "quiet" }, ` ${site.why || ""}`));
}

function sites(engine) {
  if (!engine.coverage) return section("Effect sites", h("p", {}, "An effect site is a place in the library's source that raises, warns, logs or rewrites a field. "
    + "This page was made without them. With them:"), command(`llem-rules coverage ${engine.name} --format json > coverage.json`, `llem-rules report ${engine.name} --coverage coverage.json`));
  const { summary, items } = engine.coverage, per = new Map();
  const counts = site => site.reachable !== false && !site.apart;
  for (const site of items) if (counts(site)) {
    const line = per.get(site.native_type) || [site.native_type, 0, 0];
    per.set(site.native_type, [line[0], line[1] + ((site.rules || []).length && !site.why ? 1 : 0), line[2] + 1]);
  }
  const uncovered = items.filter(site => counts(site) && site.why);
  const reasons = [...Object.entries(summary.apart), ...Object.entries(summary.unreachable)].sort((one, two) => two[1] - one[1]);
  return section("Effect sites", h("p", {}, `A confirmed rule triggers ${number(summary.covered)} of ${many(summary.reachable, "site")} that can be reached (${share(summary.covered, summary.reachable)}).`),
    uncovered.length ? h("details", { class: "fold", open: uncovered.length < 30 }, h("summary", {}, many(uncovered.length, "site that no rule covers", "sites that no rule covers")), h("ul", { class: "plain sites" }, uncovered.map(siteLine))) : null,
    shareTable("Effect sites by native type", ["native type", "covered"], leastFirst([...per.values()])),
    h("details", { class: "fold" }, h("summary", {}, `${number(summary.sites - summary.reachable)} sites do not count`),
      h("table", { class: "reasons" }, h("tbody", {}, reasons.map(([why, count]) => h("tr", {}, h("td", { class: "figure" }, number(count)), h("td", {}, why)))))));
}
function command(...lines) {
  return h("div", { class: "block" }, h("pre", { class: "kwargs" }, lines.join("\n")), copyButton(lines.join("\n"), "the commands"));
}

function coverageView(name) {
  const engine = engineOf.get(name) || engines[0];
  const lines = fieldShares(engine), part = lines.reduce((sum, one) => sum + one[1], 0), whole = lines.reduce((sum, one) => sum + one[2], 0);
  return {
    title: `Coverage of ${engine.name}`,
    body: [engineTabs("coverage", engine), h("h1", { tabindex: "-1" }, `Coverage of ${engine.name}`), h("p", { class: "quiet" }, surroundings(engine)), sites(engine),
      whole ? section("Fields", h("p", {}, `Rules speak of ${number(part)} of ${many(whole, "field")} (${share(part, whole)}). Not every field needs one: some take whatever they are given.`),
        shareTable("Fields by native type", ["native type", "spoken of"], lines)) : null],
  };
}
