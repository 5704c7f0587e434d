// The graph that can be moved about: by hand, by wheel, by two fingers, by keys.
function movable(svg, size) {
  const view = { x: 0, y: 0, scale: 1 };
  const inner = svg.querySelector("g.all");
  const apply = () => inner.setAttribute("transform", `translate(${view.x.toFixed(2)} ${view.y.toFixed(2)}) scale(${view.scale.toFixed(4)})`);
  const box = () => svg.getBoundingClientRect();
  const zoom = (factor, x, y) => {
    const scale = Math.min(4, Math.max(0.05, view.scale * factor)), by = scale / view.scale;
    Object.assign(view, { x: x - (x - view.x) * by, y: y - (y - view.y) * by, scale });
    apply();
  };
  const centre = factor => zoom(factor, box().width / 2, box().height / 2);
  const whole = () => {
    const { width, height } = box(), scale = Math.min(1.1, (width - 48) / size.width, (height - 48) / size.height);
    Object.assign(view, { scale, x: (width - size.width * scale) / 2, y: (height - size.height * scale) / 2 });
    apply();
  };
  // A tall graph is unreadable as a whole: begin with its width, from the top.
  const begin = () => {
    whole();
    const { width } = box(), scale = Math.min(1, Math.max(0.62, (width - 48) / size.width));
    if (view.scale < scale) Object.assign(view, { scale, x: Math.max(24, (width - size.width * scale) / 2), y: 24 });
    apply();
  };
  const pan = (x, y) => { view.x += x; view.y += y; apply(); };
  const show = spot => {
    const { width, height } = box(), x = view.x + spot.x * view.scale, y = view.y + spot.y * view.scale;
    if (x < 8 || y < 20 || x + spot.width * view.scale > width || y > height - 20) pan(width / 2 - x - (spot.width * view.scale) / 2, height / 2 - y);
  };

  const down = new Map();
  let moved = false;
  svg.addEventListener("pointerdown", event => { down.set(event.pointerId, [event.clientX, event.clientY]); if (down.size === 1) moved = false; });
  svg.addEventListener("pointermove", event => {
    const before = down.get(event.pointerId);
    if (!before) return;
    const now = [event.clientX, event.clientY], other = [...down].find(([id]) => id !== event.pointerId);
    if (other) {
      const far = point => Math.hypot(point[0] - other[1][0], point[1] - other[1][1]), { left, top } = box();
      zoom(far(now) / Math.max(1, far(before)), (now[0] + other[1][0]) / 2 - left, (now[1] + other[1][1]) / 2 - top);
    } else pan(now[0] - before[0], now[1] - before[1]);
    if (Math.hypot(now[0] - before[0], now[1] - before[1]) > 2 && !moved) { moved = true; svg.setPointerCapture(event.pointerId); }
    down.set(event.pointerId, now);
  });
  for (const word of ["pointerup", "pointercancel"]) svg.addEventListener(word, event => down.delete(event.pointerId));
  svg.addEventListener("keydown", () => { moved = false; }, true); // Enter on a node is no end of a drag
  svg.addEventListener("click", event => { if (moved) { event.preventDefault(); event.stopPropagation(); moved = false; } }, true);
  svg.addEventListener("dragstart", event => event.preventDefault());
  svg.addEventListener("wheel", event => {
    event.preventDefault();
    const { left, top } = box();
    zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0015)), event.clientX - left, event.clientY - top);
  }, { passive: false });
  svg.addEventListener("keydown", event => {
    const act = { ArrowLeft: () => pan(60, 0), ArrowRight: () => pan(-60, 0), ArrowUp: () => pan(0, 60), ArrowDown: () => pan(0, -60),
      "+": () => centre(1.25), "=": () => centre(1.25), "-": () => centre(0.8), 0: whole }[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  });
  return { centre, whole, begin, show };
}

function drawing(type, graph) {
  const { spots, width, height } = laidOut(graph);
  const lines = graph.edges.map(edge => {
    const rule = spots.get(edge.rule), field = spots.get(edge.field), [left, right] = rule.column < field.column ? [rule, field] : [field, rule];
    // From where the name ends straight to the column's edge, so that no line crosses a name.
    const ends = left.x + (left.column === 0 ? left.width : left.text.length * LETTERS) + 8, x1 = left.x + left.width + 8, x2 = right.x - 8, bend = (x2 - x1) / 2;
    return drawn("path", { class: edge.word, d: `M${ends.toFixed(1)} ${left.y}H${x1.toFixed(1)}C${(x1 + bend).toFixed(1)} ${left.y} ${(x2 - bend).toFixed(1)} ${right.y} ${x2.toFixed(1)} ${right.y}` });
  });
  const tied = new Map([...spots.keys()].map(name => [name, []]));
  graph.edges.forEach((edge, at) => { tied.get(edge.rule).push([edge.field, at]); tied.get(edge.field).push([edge.rule, at]); });
  const nodes = new Map();
  const svg = drawn("svg", { class: "graph", tabindex: "0", role: "group", "aria-label": `Rules and fields of ${type.short}. Arrows pan, plus and minus zoom, 0 shows all of it.` });
  const light = name => {
    svg.classList.toggle("lit", name !== null);
    for (const node of svg.querySelectorAll(".on")) node.classList.remove("on");
    if (name === null) return;
    nodes.get(name).classList.add("on");
    for (const [other, at] of tied.get(name)) { nodes.get(other).classList.add("on"); lines[at].classList.add("on"); }
  };
  let move = null;
  for (const [name, spot] of spots) {
    const rule = ruleOf.get(name), end = spot.column === 0;
    const text = drawn("text", { x: end ? spot.x + spot.width : spot.x, y: spot.y, "text-anchor": end ? "end" : "start" }, spot.text);
    const node = drawn("a", { class: rule ? "node rule" : "node field", "data-effect": rule && rule.effect,
      href: rule ? ruleAddress(rule) : listAddress({ q: name, type: type.name }), "aria-label": rule ? `rule ${spot.text}: ${told(rule)[0]}` : `field ${spot.text}` },
    drawn("title", {}, rule ? `${told(rule)[0]}: ${rule.title}` : `field ${name}`), text);
    node.addEventListener("mouseenter", () => light(name));
    node.addEventListener("mouseleave", () => light(null));
    node.addEventListener("focus", () => { light(name); if (node.matches(":focus-visible")) move.show(spot); });
    node.addEventListener("blur", () => light(null));
    nodes.set(name, node);
  }
  const order = [...spots.values()].sort((one, two) => one.column - two.column || one.y - two.y);
  svg.append(drawn("g", { class: "all" }, drawn("g", { class: "lines", "aria-hidden": "true" }, lines), order.map(spot => nodes.get(spot.name))));
  move = movable(svg, { width, height });
  const tool = (label, text, act) => h("button", { type: "button", "aria-label": label, title: label, onclick: act }, text);
  const tools = h("div", { class: "graph-tools" }, tool("Nearer", "+", () => move.centre(1.25)), tool("Further", "−", () => move.centre(0.8)), tool("All of it", "⤢", move.whole));
  return { element: h("div", { class: "canvas" }, svg, tools), begin: move.begin };
}

function asList(graph) {
  const by = field => graph.edges.filter(edge => edge.field === field);
  return h("details", { class: "fold" }, h("summary", {}, "The same as a list"), h("ul", { class: "plain" }, graph.fields.map(field => h("li", {}, h("code", { class: "t-field" }, field),
    h("ul", {}, by(field).map(edge => h("li", {}, `${{ reads: "read by", silences: "silenced by", sets: "set by" }[edge.word]} `, h("a", { href: `#/rule/${edge.rule}` }, h("code", {}, ruleOf.get(edge.rule).name)))))))));
}

function graphView(name, of, every) {
  const engine = engineOf.get(name) || engines[0], types = typeRows(engine);
  const tying = type => type.rules.filter(rule => rule.fields.length > 1).length;
  const type = typeOf.get(of) || types.slice().sort((one, two) => tying(two) - tying(one))[0];
  const graph = graphOf(type, every), art = graph.list.length ? drawing(type, graph) : null;
  const go = (chosen, all) => { location.hash = `#/graph/${engine.name}/${chosen}${all ? "/every" : ""}`; };
  const select = h("select", { id: "graph-type", onchange: event => go(event.target.value, every) }, types.map(one =>
    h("option", { value: one.name, selected: one === type }, `${one.name.slice(one.name.indexOf(".") + 1)} (${one.rules.length})`)));
  return {
    title: `Graph of ${type.short}`,
    body: [engineTabs("graph", engine), h("h1", { tabindex: "-1" }, `What ties the fields of ${type.short}`),
      h("div", { class: "graph-bar" }, h("label", { for: "graph-type" }, "Native type ", select),
        h("label", {}, h("input", { type: "checkbox", checked: every, onchange: event => go(type.name, event.target.checked) }), ` also rules on one field (${type.rules.length - tying(type)})`)),
      h("ul", { class: "key lines-key" }, ["reads", "silences", "sets"].map(word => h("li", {}, drawn("svg", { viewBox: "0 0 28 8", "aria-hidden": "true" }, drawn("path", { class: word, d: "M1 4H27" })), ` ${word}`)),
        EFFECTS.map(effect => h("li", {}, h("span", { class: "dot", "data-effect": effect }), ` ${SAYS[effect][0]}`))),
      art ? art.element : h("p", {}, "No rule of this native type ties fields together. Tick the box for those on one field."), art ? asList(graph) : null],
    shown: art ? art.begin : null,
  };
}
