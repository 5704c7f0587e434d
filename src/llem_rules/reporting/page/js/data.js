"use strict";
// What the page carries, and the ways to look things up in it.
const payload = JSON.parse(document.getElementById("payload").textContent);
const engines = payload.engines;
const engineOf = new Map(), typeOf = new Map(), ruleOf = new Map();
const VERDICTS = ["divergent", "unchecked", "confirmed"];
const EFFECTS = ["error", "dormant_silent", "dormant_announced", "warn", "pass"];

for (const engine of engines) {
  engineOf.set(engine.name, engine);
  for (const type of engine.types) {
    type.engine = engine;
    type.rules = [];
    type.short = type.name.slice(type.name.lastIndexOf(".") + 1);
    typeOf.set(type.name, type);
  }
  for (const rule of engine.rules) {
    rule.engine = engine;
    rule.owner = typeOf.get(rule.type);
    rule.name = rule.id.slice(rule.type.length + 1);
    rule.reads = rule.reads || [];
    rule.dormant = rule.dormant || [];
    rule.fields = [...new Set([...rule.reads, ...rule.dormant.map(one => one[0])])];
    rule.owner.rules.push(rule);
    ruleOf.set(rule.id, rule);
  }
}

// Worst first: what the library contradicts, then by how bad the effect is, and what a person wrote before what was mined.
const weight = rule => [VERDICTS.indexOf(rule.verdict), EFFECTS.indexOf(rule.effect), rule.by === "authored" ? 0 : 1];
function worstFirst(one, two) {
  const [a, b] = [weight(one), weight(two)];
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return a[at] - b[at];
  return one.id < two.id ? -1 : one.id > two.id ? 1 : 0;
}
const rules = engines.flatMap(engine => engine.rules).sort(worstFirst);
for (const type of typeOf.values()) type.rules.sort(worstFirst);

// Which rules fire on whose cases, seen from the other side.
const firedBy = new Map();
for (const rule of rules) for (const side of ["positive", "negative"])
  for (const [other, how] of Object.entries(rule[side].also_fires || {})) {
    if (!firedBy.has(other)) firedBy.set(other, []);
    firedBy.get(other).push([rule.id, side, how]);
  }

function counted(list, key) {
  const counts = new Map();
  for (const one of list) counts.set(key(one), (counts.get(key(one)) || 0) + 1);
  return counts;
}
