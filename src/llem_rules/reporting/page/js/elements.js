// Elements by function call: name, attributes, children. Text is always text, never markup.
function h(name, attributes, ...children) {
  return filled(document.createElement(name), attributes, children);
}
function drawn(name, attributes, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}
function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  append(element, children);
  return element;
}
function append(element, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) append(element, child);
    else element.append(child);
  }
}

const number = value => value.toLocaleString("en-US");
const many = (count, one, several) => `${number(count)} ${count === 1 ? one : several || `${one}s`}`;
const share = (part, whole) => (whole ? `${Math.floor((100 * part) / whole)} %` : "none");

// A long name may break after a dot, a dash or an underscore, and nowhere else.
function breakable(text) {
  const parts = text.split(/(?<=[._-])/);
  return parts.flatMap((part, at) => (at ? [h("wbr"), part] : [part]));
}
// A sentence: what stands between backticks is code.
const prose = text => text.split(/`([^`]+)`/).map((part, at) => (at % 2 ? h("code", {}, part) : part));

function section(title, ...children) {
  const id = `s-${title.toLowerCase().replace(/[^a-z]+/g, "-")}`;
  return h("section", { "aria-labelledby": id }, h("h2", { id }, title), ...children);
}
function wide(label, ...children) {
  return h("div", { class: "wide", role: "region", tabindex: "0", "aria-label": label }, ...children);
}

function say(text) {
  document.getElementById("said").textContent = text;
}
async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = h("textarea", { class: "unseen" });
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  say(`Copied: ${text}`);
  if (!button) return;
  button.dataset.done = "";
  setTimeout(() => delete button.dataset.done, 1200);
}
function copyButton(text, what) {
  const button = h("button", { type: "button", class: "copy", "aria-label": `Copy ${what}`, title: `Copy ${what}` },
    drawn("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" },
      drawn("rect", { x: 7, y: 7, width: 9, height: 10, rx: 1.5 }), drawn("path", { d: "M13 4.5H5.5A1.5 1.5 0 0 0 4 6v8" })));
  button.addEventListener("click", () => copy(text, button));
  return button;
}
