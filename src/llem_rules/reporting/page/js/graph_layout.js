// Where the parts of a graph stand: refusals on the left, fields in the middle, what silences or rewrites on the right.
const ROW = 26, LETTERS = 7.3, GAP = 150, SWEEPS = 6;

function graphOf(type, every) {
  const list = type.rules.filter(rule => every || rule.fields.length > 1);
  const edges = [];
  for (const rule of list) {
    const quieted = new Map(rule.dormant);
    for (const field of rule.fields)
      edges.push({ rule: rule.id, field, word: quieted.has(field) ? (quieted.get(field) === undefined ? "silences" : "sets") : "reads" });
  }
  return { list, edges, fields: [...new Set(edges.map(edge => edge.field))].sort() };
}

// Each column is sorted by where its neighbours stand, a few times over, so that lines cross less.
function laidOut(graph) {
  const right = rule => rule.dormant.length > 0;
  const columns = [graph.list.filter(rule => !right(rule)).map(rule => rule.id), graph.fields, graph.list.filter(right).map(rule => rule.id)];
  const tied = new Map();
  for (const { rule, field } of graph.edges) {
    for (const [one, two] of [[rule, field], [field, rule]]) {
      if (!tied.has(one)) tied.set(one, []);
      tied.get(one).push(two);
    }
  }
  const place = new Map();
  const number = column => column.forEach((name, at) => place.set(name, at / Math.max(1, column.length)));
  columns.forEach(number);
  for (let sweep = 0; sweep < SWEEPS; sweep++) for (const column of columns) {
    const middle = new Map(column.map(name => [name, (tied.get(name) || []).reduce((sum, other, _, all) => sum + place.get(other) / all.length, 0)]));
    column.sort((one, two) => middle.get(one) - middle.get(two) || (one < two ? -1 : 1));
    number(column);
  }
  const short = name => (ruleOf.has(name) ? ruleOf.get(name).name : name);
  const widths = columns.map(column => Math.max(0, ...column.map(name => short(name).length * LETTERS)));
  const tallest = Math.max(...columns.map(column => column.length)) * ROW;
  const spots = new Map();
  let x = 0;
  columns.forEach((column, at) => {
    const top = (tallest - column.length * ROW) / 2;
    column.forEach((name, row) => spots.set(name, { name, text: short(name), column: at, x, width: widths[at], y: top + row * ROW + ROW / 2 }));
    if (column.length) x += widths[at] + GAP;
  });
  return { spots, width: Math.max(x - GAP, 1), height: Math.max(tallest, ROW) };
}
