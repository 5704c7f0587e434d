// Values of configs: JSON text, coloured. It stays text, for 1 and 1.0 are not the same to a library.
const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*|-?Infinity|NaN)|(true|false|null)|([{}[\],:])/g;

function coloured(text) {
  const parts = [];
  let at = 0;
  for (const found of text.matchAll(TOKEN)) {
    if (found.index > at) parts.push(text.slice(at, found.index));
    const [whole, string, colon, figure, constant] = found;
    const kind = colon ? "key" : string ? "string" : figure ? "number" : constant ? "constant" : "mark";
    parts.push(h("span", { class: `t-${kind}` }, colon ? string : whole));
    if (colon) parts.push(h("span", { class: "t-mark" }, colon));
    at = found.index + whole.length;
  }
  parts.push(text.slice(at));
  return parts;
}

const asJson = kwargs => `{${kwargs.map(([name, value]) => `${JSON.stringify(name)}: ${value}`).join(", ")}}`;

// One field a line; fields that differ from those beside them are marked.
function kwargsBlock(kwargs, beside) {
  if (!kwargs.length) return h("pre", { class: "kwargs" }, h("span", { class: "t-mark" }, "{}"));
  const others = new Map(beside || kwargs);
  return h("pre", { class: "kwargs" }, kwargs.map(([name, value]) =>
    h("span", { class: others.get(name) === value ? "line" : "line differs" },
      h("span", { class: "t-field" }, name), h("span", { class: "t-mark" }, ": "), coloured(value), "\n")));
}

const quoted = text => `'${text.replaceAll("'", "'\\''")}'`;
const tryCommand = (rule, kwargs) =>
  `llem-rules try ${rule.engine.name} --type ${rule.type} --kwargs ${quoted(asJson(kwargs))}`;
