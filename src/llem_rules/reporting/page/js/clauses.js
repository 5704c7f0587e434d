// Conditions: sentences, indented where they nest.
const LONG = 48;

function tokens(said, own) {
  return said.flatMap(([kind, text], at) => {
    const glued = at === 0 || text === "," || text === "]" || said[at - 1][1] === "[";
    return [glued ? "" : " ", token(kind, text, own)];
  });
}
function token(kind, text, own) {
  if (kind === "pattern" && text.length > LONG)
    return h("details", { class: "pattern" },
      h("summary", {}, h("code", { class: "t-pattern" }, `/${text.slice(0, 28)}…/`)), h("code", { class: "t-pattern" }, `/${text}/`));
  if (kind === "pattern") return h("code", { class: "t-pattern" }, `/${text}/`);
  if (kind === "word") return h("span", { class: "t-word" }, text);
  return h("code", { class: `t-${kind}${own && own.has(text) ? " own" : ""}` }, text);
}

function clause(said, rule) {
  const own = new Set(rule.dormant.map(one => one[0]));
  const inner = (one, outer) => {
    if (one.says) return h("span", { class: "says" }, tokens(one.says, own));
    if (one.none) return h("div", { class: "group" }, h("span", { class: "glue" }, "unless"), inner(one.none[0], "none"));
    const word = one.all ? "all" : "any", parts = one[word];
    if (!parts.length) return h("span", { class: "t-word" }, word === "all" ? "always" : "never");
    return h("ul", { class: `clauses ${word}${outer ? " nested" : ""}` }, parts.map((part, at) =>
      h("li", {}, at || outer ? h("span", { class: "glue" }, at ? (word === "all" ? "and" : "or") : word === "all" ? "both" : "either") : null,
        inner(part, word))));
  };
  return inner(said, "");
}
