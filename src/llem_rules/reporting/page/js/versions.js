// Rules over the versions of their library. Neighbouring versions on which a rule is the same are one cell.
const LETTER = { fires: "●", changed: "≠", absent: "–", unchecked: "?" };

function versionHead(order, word) {
  return h("thead", {}, h("tr", {}, h("th", { scope: "col" }, word), order.map(name => h("th", { scope: "col", class: "version" }, h("span", {}, name)))));
}

function tally(list, at, engine) {
  const counts = { fires: 0, changed: 0, absent: 0, unchecked: 0 };
  for (const rule of list) if (rule.over)
    for (const [first, last, cell] of rule.over.spans) if (first <= at && at <= last) counts[engine.cells[cell].state]++;
  return counts;
}

function heat(engine) {
  const types = typeRows(engine).filter(type => type.rules.some(rule => rule.over));
  const line = (name, list, link) => h("tr", {}, h("th", { scope: "row" }, link),
    engine.order.map((version, at) => {
      const counts = tally(list, at, engine), all = Object.values(counts).reduce((sum, one) => sum + one, 0);
      const percent = all ? Math.floor((100 * counts.fires) / all) : 0;
      const words = Object.entries(counts).filter(([, count]) => count).map(([state, count]) => `${number(count)} ${STATES[state]}`).join(", ");
      return h("td", { class: `heat${percent === 100 ? " strong" : ""}`, style: `--share:${percent}%`, title: `${name}, ${version}: ${words}` }, all ? percent : "");
    }));
  return wide("Share of rules that fire as claimed, in percent, by native type and version", h("table", { class: "map" }, versionHead(engine.order, "native type"),
    h("tbody", {}, line("all", engine.rules, "all of them"), types.map(type =>
      line(type.short, type.rules, h("a", { href: `#/versions/${engine.name}/${type.name}` }, h("code", {}, type.short)))))));
}

function spanCells(rule) {
  const { order, cells } = rule.engine;
  let next = 0;
  const parts = [];
  const gap = until => { if (until > next) parts.push(h("td", { colspan: until - next, class: "span" }, h("span", { class: "unseen" }, "not swept"))); };
  for (const [first, last, at] of rule.over.spans) {
    gap(first);
    const cell = cells[at], wideness = last - first + 1;
    const where = first === last ? order[first] : `${order[first]} to ${order[last]}`;
    parts.push(h("td", { colspan: wideness, class: "span", "data-state": cell.state, title: `${where}: ${STATES[cell.state]}${cell.why ? ` (${cell.why})` : ""}` },
      h("span", { "aria-hidden": "true" }, LETTER[cell.state]), h("span", { class: "unseen" }, `${where}: ${STATES[cell.state]}`)));
    next = last + 1;
  }
  gap(order.length);
  return parts;
}

function key() {
  return h("ul", { class: "key" }, Object.keys(STATES).map(state => h("li", {}, h("span", { class: "span", "data-state": state, "aria-hidden": "true" }, LETTER[state]), ` ${STATES[state]}`)));
}

function ruleMap(engine, type) {
  const list = type.rules.filter(rule => rule.over), moved = list.filter(rule => rule.over.spans.length > 1), same = list.length - moved.length;
  const table = wide(`Rules of ${type.short} by version`, h("table", { class: "map rules" }, versionHead(engine.order, "rule"), h("tbody", {}, moved.map(rule =>
    h("tr", {}, h("th", { scope: "row" }, h("a", { href: ruleAddress(rule) }, h("code", {}, rule.name))), spanCells(rule))))));
  return [key(), moved.length ? table : null, same ? h("p", { class: "quiet" }, `${many(same, "rule is", "rules are")} the same on all versions that were swept.`) : null];
}

function versionsView(name, of) {
  const engine = engineOf.get(name) || engines[0], type = typeOf.get(of);
  const failed = engine.versions.filter(one => one.unchecked);
  const title = type ? `${type.short} over versions` : `${engine.name} over versions`;
  const body = !engine.order.length ? [h("p", {}, "No other version has been looked at yet."), command(`llem-rules compat ${engine.name} --versions '>=…'`)]
    : type ? ruleMap(engine, type) : [h("p", {}, `How many of today's rules fire as claimed on each version of ${engine.library}, in percent. A rule counts as different there when the library says it in other words, too.`), heat(engine)];
  return {
    title,
    body: [engineTabs("versions", engine), type ? h("nav", { class: "crumbs", "aria-label": "Where this is" }, h("a", { href: `#/versions/${engine.name}` }, `${engine.name} over versions`), h("span", { "aria-hidden": "true" }, "›"), h("a", { href: `#/type/${type.name}` }, h("code", {}, type.name))) : null,
      h("h1", { tabindex: "-1" }, title), body,
      failed.length ? section("Could not be seen", h("ul", { class: "plain" }, failed.map(one => h("li", {}, h("b", {}, one.name), ` ${one.unchecked}`)))) : null],
  };
}

function sighted(word, seen) {
  return h("p", { class: "seen" }, h("span", { class: "quiet" }, `${word}: `), h("code", {}, seen.effect || seen.verdict), seen.exception ? [" ", h("code", { class: "t-type" }, seen.exception)] : null,
    seen.message ? [" ", h("span", { class: "message" }, seen.message.split("\n")[0])] : null, (seen.effective || []).map(([name, value]) => [" ", h("code", { class: "t-field" }, name), " is ", h("code", {}, coloured(value))]));
}

function versionsOf(rule) {
  if (!rule.over) return rule.holds ? section("Versions", h("p", {}, `Seen to hold on ${rule.holds.join(", ")}.`)) : null;
  const { order, cells } = rule.engine;
  const came = rule.over.introduced, went = rule.over.removed;
  return section("Versions",
    came || went ? h("p", {}, came ? `Came between ${came[0]} and ${came[1]}. ` : "", went ? `Went between ${went[0]} and ${went[1]}.` : "") : null,
    h("table", { class: "spans" }, h("thead", { class: "unseen" }, h("tr", {}, h("th", { scope: "col" }, "versions"), h("th", { scope: "col" }, "what was seen"))),
      h("tbody", {}, rule.over.spans.map(([first, last, at]) => {
        const cell = cells[at];
        return h("tr", {}, h("th", { scope: "row" }, first === last ? order[first] : `${order[first]} – ${order[last]}`),
          h("td", {}, h("span", { class: "span", "data-state": cell.state, "aria-hidden": "true" }, LETTER[cell.state]), ` ${STATES[cell.state]}`, cell.why ? h("span", { class: "quiet" }, `: ${cell.why}`) : null,
            cell.state === "changed" ? [cell.positive && sighted("positive", cell.positive), cell.negative && cell.negative.verdict !== "negative_confirmed" && sighted("negative", cell.negative)] : null));
      }))));
}
