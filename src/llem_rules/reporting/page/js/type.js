// A native type: its rules, and its fields with how many rules speak of each.
function typeView(name) {
  const type = typeOf.get(name);
  if (!type) return nothingView(`No native type is called ${name}.`);
  current = type.rules;
  const spoken = counted(type.rules.flatMap(rule => rule.fields), field => field);
  const silent = type.fields.filter(([field]) => !spoken.get(field)).length;
  return {
    title: type.name,
    body: [h("nav", { class: "crumbs", "aria-label": "Where this is" }, h("a", { href: listAddress({ engine: type.engine.name }) }, type.engine.name)),
      h("h1", { tabindex: "-1", class: "mono" }, breakable(type.name), copyButton(type.name, "the native type")),
      h("p", { class: "quiet" }, `${many(type.rules.length, "rule")}, ${many(type.fields.length, "field")}`, silent ? `, of which no rule speaks of ${number(silent)}` : "", ". ",
        h("a", { href: listAddress({ type: type.name }) }, "Narrow them"), " · ",
        h("a", { href: `#/graph/${type.engine.name}/${type.name}` }, "Graph"), " · ", h("a", { href: `#/versions/${type.engine.name}/${type.name}` }, "Versions")),
      bar(type.rules, true),
      section("Rules", rows(type.rules, "")),
      type.fields.length ? section("Fields", wide("Table of fields", h("table", { class: "fields" },
        h("thead", {}, h("tr", {}, ["field", "takes", "default", "rules"].map(word => h("th", { scope: "col", class: word === "rules" ? "figure" : null }, word)))),
        h("tbody", {}, type.fields.map(([field, takes, value, about]) => h("tr", {},
          h("th", { scope: "row" }, h("code", { class: "t-field" }, breakable(field)), about ? h("p", { class: "quiet" }, about) : null),
          h("td", {}, h("code", {}, takes)), h("td", {}, h("code", {}, coloured(value))),
          h("td", { class: "figure" }, spoken.get(field) ? h("a", { href: listAddress({ q: field, type: type.name }), "aria-label": `Rules on ${field}` }, number(spoken.get(field))) : "0"))))))) : null],
  };
}

function nothingView(text) {
  return { title: "Not here", body: [h("h1", { tabindex: "-1" }, "Not here"), h("p", {}, `${text} `, h("a", { href: "#/rules" }, "All rules"))] };
}
