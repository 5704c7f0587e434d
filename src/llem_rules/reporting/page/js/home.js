// The first page: each engine, what is known of it, and where to go.
function bar(list, linked) {
  const counts = counted(list, rule => rule.effect), present = EFFECTS.filter(effect => counts.get(effect));
  const words = present.map(effect => `${number(counts.get(effect))} ${SAYS[effect][0]}`).join(", ");
  return h("div", { class: linked ? "bar tall" : "bar", role: "img", "aria-label": words }, present.map(effect =>
    h("span", { "data-effect": effect, style: `flex-grow:${counts.get(effect)}` })));
}

function legend(engine) {
  const counts = counted(engine.rules, rule => rule.effect);
  return h("ul", { class: "legend" }, EFFECTS.filter(effect => counts.get(effect)).map(effect =>
    h("li", {}, h("a", { href: listAddress({ engine: engine.name, effect }), title: SAYS[effect][1] },
      h("span", { class: "dot", "data-effect": effect }), h("b", {}, number(counts.get(effect))), " ", SAYS[effect][0]))));
}

function verdicts(engine) {
  const counts = counted(engine.rules, rule => rule.verdict);
  return VERDICTS.filter(verdict => counts.get(verdict)).map(verdict =>
    h("a", { class: "verdict", "data-verdict": verdict, href: listAddress({ engine: engine.name, verdict }) },
      `${number(counts.get(verdict))} ${verdict}`));
}

const surroundings = engine =>
  [`${engine.library} ${engine.version}`, `Python ${engine.environment.python}`, engine.environment.device,
    engine.order.length > 1 ? `${engine.order.length} versions swept` : null].filter(Boolean).join(" · ");

function typeRows(engine) {
  return engine.types.filter(type => type.rules.length).sort((one, two) => two.rules.length - one.rules.length || (one.name < two.name ? -1 : 1));
}

function typeTable(engine) {
  const rows = typeRows(engine), most = rows.length ? rows[0].rules.length : 1;
  return h("table", { class: "types" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "native type"), h("th", { scope: "col", class: "figure" }, "rules"),
      h("th", { scope: "col", class: "bars" }, h("span", { class: "unseen" }, "by effect")))),
    h("tbody", {}, rows.map(type => h("tr", {},
      h("th", { scope: "row" }, h("a", { href: `#/type/${type.name}` }, h("code", {}, breakable(type.name.slice(type.name.indexOf(".") + 1))))),
      h("td", { class: "figure" }, number(type.rules.length)),
      h("td", { class: "bars" }, h("div", { style: `width:${Math.max(3, (100 * type.rules.length) / most)}%` }, bar(type.rules)))))));
}

// A few that nobody would notice: of the largest native types, two each, and no sentence twice.
function surprises(engine) {
  const said = new Set(), chosen = [];
  for (const type of typeRows(engine)) {
    let own = 0;
    for (const rule of type.rules) {
      if (rule.effect !== "dormant_silent" || !rule.summary || rule.by !== "authored" || said.has(rule.summary) || own === 2) continue;
      said.add(rule.summary);
      chosen.push(rule);
      own++;
    }
  }
  return chosen.slice(0, 6);
}

function engineCard(engine) {
  const silent = surprises(engine);
  const table = typeTable(engine), folded = table.querySelectorAll("tbody tr").length > 10;
  return h("section", { class: "engine", "aria-labelledby": `engine-${engine.name}` },
    h("header", {}, h("h2", { id: `engine-${engine.name}` }, h("a", { href: listAddress({ engine: engine.name }) }, engine.name)),
      h("p", { class: "quiet" }, surroundings(engine))),
    h("p", { class: "verdicts" }, verdicts(engine)), bar(engine.rules, true), legend(engine),
    folded ? table.classList.add("folded") : null, table,
    folded ? h("button", { type: "button", class: "more", onclick: event => { table.classList.remove("folded"); event.target.remove(); } },
      `all ${table.querySelectorAll("tbody tr").length} native types`) : null,
    silent.length ? h("div", { class: "surprises" }, h("h3", {}, "Ignored without a word"),
      h("ul", {}, silent.map(rule => h("li", {}, h("a", { href: ruleAddress(rule) }, prose(rule.summary)), " ",
        h("code", { class: "quiet" }, rule.owner.short)))),
      h("p", {}, h("a", { href: listAddress({ engine: engine.name, effect: "dormant_silent" }) },
        `all ${number(engine.rules.filter(rule => rule.effect === "dormant_silent").length)} of them`))) : null);
}

function homeView() {
  const proved = rules.filter(rule => rule.verdict === "confirmed").length;
  const types = engines.reduce((sum, engine) => sum + typeRows(engine).length, 0);
  return {
    title: "llem-rules",
    body: [h("div", { class: "lead" }, h("h1", { tabindex: "-1" }, "What engines do with their configuration"),
      h("p", {}, `${many(rules.length, "rule")} on ${many(types, "native type")} of ${many(engines.length, "engine")}: what is refused, `
        + "what is silently ignored or rewritten, what must hold. "
        + (proved === rules.length ? "Each was proved against the live library." : `${number(proved)} are proved against the live library; those that are not come first.`))),
    h("div", { class: "engines" }, engines.map(engineCard)),
    payload.without.length ? h("p", { class: "quiet after" }, `Nothing has been proved yet of: ${payload.without.join(", ")}.`) : null],
  };
}
