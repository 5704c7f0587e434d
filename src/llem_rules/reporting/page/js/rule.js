// One rule: what it claims, and how it is known.
function facts(...pairs) {
  return h("dl", { class: "facts" }, pairs.filter(Boolean).map(([word, ...what]) => h("div", {}, h("dt", {}, word), h("dd", {}, ...what))));
}

function condition(rule) {
  return section("Condition", h("div", { class: "condition" }, Object.entries(rule.parts || {}).map(([part, said]) =>
    h("div", { class: "part" }, h("p", { class: "when" }, part === "require" && !rule.parts.given ? "It must hold that" : PARTS[part]), clause(said, rule)))));
}

function effects(rule) {
  return section("What the library does", facts(
    ["effect", h("code", {}, rule.effect), `: ${told(rule)[1]}`],
    rule.exception && ["raises", h("code", { class: "t-type" }, rule.exception)],
    rule.says && ["says", h("span", { class: "message" }, template(rule.says))],
    ...rule.dormant.map(([name, value]) => ["field", h("code", { class: "t-field" }, name), value === undefined ? " has no effect" : value === ABSENT ? " is dropped" : [" becomes ", h("code", {}, coloured(value))]]),
    ["when", REACH[rule.reach || "construct"]],
    rule.source && ["site", h("code", {}, breakable(rule.source[0])), " in ", h("code", {}, breakable(rule.source[1])), copyButton(rule.source[0], "the file")],
    ["known from", [BY[rule.by], ...(rule.agreed || []).map(name => BY[name])].join(", also "), rule.place ? [": ", h("code", {}, breakable(rule.place))] : null]));
}
function template(text) {
  return text.split(/(\{[^{}]*\})/).map((part, at) => at % 2 ? h("code", { class: part === "{*}" ? "t-mark" : "t-field" }, part === "{*}" ? "…" : part.slice(1, -1)) : part);
}

function side(rule, word) {
  const one = rule[word], other = rule[word === "positive" ? "negative" : "positive"];
  const confirmed = one.verdict === `${word}_confirmed`;
  return h("div", { class: "side" },
    h("h3", {}, word === "positive" ? "It fires on" : "It does not fire on"),
    h("div", { class: "block" }, kwargsBlock(one.kwargs, other.kwargs), copyButton(tryCommand(rule, one.kwargs), "the command that tries it")),
    h("p", { class: "seen" }, h("span", { class: "arrow", "aria-hidden": "true" }, "→ "), h("code", {}, one.effect || "not seen"),
      confirmed ? null : [" ", h("span", { class: "verdict", "data-verdict": "divergent" }, one.verdict)],
      one.exception ? [" ", h("code", { class: "t-type" }, one.exception)] : null),
    one.message ? h("p", { class: "message" }, one.message.split("\n")[0]) : null,
    (one.effective || []).map(([name, value]) => h("p", { class: "seen" }, h("code", { class: "t-field" }, name), value === ABSENT ? " is gone" : [" is ", h("code", {}, coloured(value))])),
    Object.entries(one.behaviour || {}).map(([name, how]) => h("p", { class: "seen" }, h("code", { class: "t-field" }, name), `: ${BEHAVIOUR[how] || how}`)),
    one.site ? h("p", { class: "site quiet" }, h("code", {}, breakable(one.site))) : null,
    one.unchecked ? h("p", { class: "quiet" }, one.unchecked) : null);
}

function evidence(rule) {
  const { true_positive: tp, true_negative: tn, false_positive: fp = 0, false_negative: fn = 0, ...others } = rule.table;
  const all = tp + tn + fp + fn, wrong = fp + fn;
  const cell = (value, bad) => h("td", { class: `figure${bad ? (value ? " bad" : " none") : " good"}` }, number(value));
  const apart = Object.entries(others).filter(([, count]) => count).map(([word, count]) => `${number(count)} ${word}`);
  return section("Evidence",
    h("p", {}, h("span", { class: "verdict", "data-verdict": rule.verdict }, rule.verdict), ` on ${surroundings(rule.engine).split(" · ").slice(0, 3).join(", ")}`,
      rule.proof ? `, proved by ${PROOF[rule.proof]}.` : ".", ` Of ${many(all, "config")} that speak about it, rule and library ${wrong ? `differ on ${number(wrong)}` : "agree on all"}.`),
    rule.unchecked ? h("p", {}, rule.unchecked) : null,
    h("table", { class: "confusion" }, h("caption", { class: "unseen" }, "Predicted against observed"),
      h("thead", {}, h("tr", {}, h("td"), h("th", { scope: "col" }, "effect shown"), h("th", { scope: "col" }, "not shown"))),
      h("tbody", {}, h("tr", {}, h("th", { scope: "row" }, "rule fires"), cell(tp), cell(fp, true)),
        h("tr", {}, h("th", { scope: "row" }, "rule does not"), cell(fn, true), cell(tn)))),
    apart.length ? h("p", { class: "quiet" }, `Besides: ${apart.join(", ")}.`) : null,
    rule.elsewhere ? h("div", { class: "elsewhere" }, h("h3", {}, "Other platforms"), facts(...rule.elsewhere.map(([device, verdict, words]) =>
      [device, h("span", { class: "verdict", "data-verdict": verdict }, verdict), `: ${words}`, rule.engine.platforms[device] ? h("span", { class: "quiet" }, ` (${rule.engine.platforms[device]})`) : null]))) : null,
    rule.divergences ? h("div", { class: "divergences" }, h("h3", {}, "Divergences"), rule.divergences.map(one =>
      h("div", { class: "block" }, h("p", {}, h("b", {}, one.kind), ` on ${one.where}: ${one.detail}`), kwargsBlock(one.kwargs), copyButton(tryCommand(rule, one.kwargs), "the command that tries it")))) : null);
}

function others(rule) {
  const line = (id, words) => h("li", {}, ruleOf.has(id) ? h("a", { href: `#/rule/${id}` }, h("code", {}, breakable(id))) : h("code", {}, id), h("span", { class: "quiet" }, ` ${words}`));
  const here = ["positive", "negative"].flatMap(word => Object.entries(rule[word].also_fires || {}).map(([id, how]) => line(id, `on its ${word}: ${FIRED[how]}`)));
  const there = (firedBy.get(rule.id) || []).map(([id, word, how]) => line(id, `this one fires on its ${word}: ${FIRED[how]}`));
  const same = rule.owner.rules.filter(one => one !== rule && one.fields.some(field => rule.fields.includes(field)));
  return [
    here.length + there.length ? section("Who else fires", h("ul", { class: "plain" }, here, there)) : null,
    same.length ? section("On the same fields", h("ul", { class: "rows small" }, same.slice(0, 12).map(one => row(one, ""))),
      same.length > 12 ? h("p", {}, h("a", { href: `#/type/${rule.type}` }, `${many(same.length - 12, "more rule")} on ${rule.owner.short}`)) : null) : null,
  ];
}

function ruleView(id) {
  const rule = ruleOf.get(id);
  if (!rule) return nothingView(`No rule is called ${id}.`);
  return {
    title: rule.id,
    rule,
    body: [h("article", { class: "rule" },
      h("nav", { class: "crumbs", "aria-label": "Where this is" }, h("a", { href: listAddress({ engine: rule.engine.name }) }, rule.engine.name), h("span", { "aria-hidden": "true" }, "›"),
        h("a", { href: `#/type/${rule.type}` }, h("code", {}, rule.type))),
      h("div", { class: "badges" }, rule.verdict === "confirmed" ? null : h("span", { class: "verdict", "data-verdict": rule.verdict }, rule.verdict), badge(rule),
        h("span", { class: "quiet" }, `${rule.kind} · ${REACH[rule.reach || "construct"]}`)),
      h("h1", { tabindex: "-1" }, breakable(rule.name), copyButton(rule.id, "the rule's id")),
      h("p", { class: "title" }, prose(rule.title)),
      condition(rule),
      section("The smallest pair", h("div", { class: "pair" }, side(rule, "positive"), side(rule, "negative"))),
      effects(rule), evidence(rule), versionsOf(rule), others(rule))],
  };
}
