// Every rule's text in lower case, made once; a search is one pass over it.
const hay = rules.map(rule => `${rule.id} ${rule.fields.join(" ")} ${rule.title} ${rule.says || ""} ${rule.exception || ""}`.toLowerCase());
const names = rules.map(rule => rule.name.toLowerCase());

function scored(at, terms) {
  let score = 0;
  for (const term of terms) {
    if (!hay[at].includes(term)) return -1;
    if (rules[at].fields.includes(term)) score += 60;
    if (names[at].startsWith(term)) score += 40;
    else if (names[at].includes(term)) score += 20;
    else if (rules[at].type.toLowerCase().includes(term)) score += 8;
    else score += 2;
  }
  return score;
}

// Rules that hold every word of the query, the nearest first; without a query all of them, the worst first.
function found(query) {
  const terms = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (!terms.length) return rules.slice();
  const hits = [];
  for (let at = 0; at < rules.length; at++) {
    const score = scored(at, terms);
    if (score >= 0) hits.push([score, at]);
  }
  return hits.sort((one, two) => two[0] - one[0] || one[1] - two[1]).map(([, at]) => rules[at]);
}

function marked(text, query) {
  const terms = query.toLowerCase().split(/\s+/).filter(Boolean).map(term => term.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  if (!terms.length) return [text];
  const parts = text.split(new RegExp(`(${terms.join("|")})`, "i"));
  return parts.map((part, at) => (at % 2 ? h("mark", {}, part) : part));
}
