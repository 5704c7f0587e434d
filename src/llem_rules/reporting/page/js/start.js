// Addresses: what stands after the # says what is shown.
const main = document.getElementById("main");
let lastList = "#/rules";

function viewOf(hash) {
  const [path, query] = hash.replace(/^#\/?/, "").split("?"), [head, ...rest] = path.split("/").map(decodeURIComponent);
  switch (head) {
    case "": return homeView();
    case "rules": return listView(Object.fromEntries(new URLSearchParams(query)));
    case "rule": return ruleView(rest.join("/"));
    case "type": return typeView(rest.join("/"));
    case "coverage": return coverageView(rest[0]);
    case "versions": return versionsView(rest[0], rest[1]);
    case "graph": return graphView(rest[0], rest[1], rest[2] === "every");
    default: return nothingView("This address leads nowhere.");
  }
}

function show(focus) {
  const hash = location.hash || "#/", head = hash.replace(/^#\/?/, "").split(/[/?]/)[0];
  const view = engines.length ? viewOf(hash) : nothingView("No engine has a corpus yet.");
  main.replaceChildren();
  append(main, view.body);
  main.dataset.view = head || "home";
  document.title = view.title === "llem-rules" ? view.title : `${view.title} · llem-rules`;
  if (view.shown) view.shown();
  if (head === "rules") lastList = hash;
  if (head === "type") lastList = hash;
  const asked = head === "rules" ? new URLSearchParams(hash.split("?")[1]).get("q") || "" : "";
  if (document.activeElement !== search) search.value = asked;
  const tab = { rule: "rules", type: "rules" }[head] || head;
  for (const link of document.querySelectorAll("header nav a")) 
    if (link.dataset.view === tab) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
  if (!focus) return;
  scrollTo(0, 0);
  const heading = main.querySelector("h1");
  if (heading && document.activeElement !== search) heading.focus({ preventScroll: true });
}

function searched() {
  const asked = location.hash.startsWith("#/rules") ? Object.fromEntries(new URLSearchParams(location.hash.split("?")[1])) : {};
  const address = listAddress({ ...asked, q: search.value.trim() });
  // The first letter is a step that Back undoes; the others are not.
  history[location.hash.startsWith("#/rules") ? "replaceState" : "pushState"](null, "", address);
  show(false);
}
search.addEventListener("input", searched);
search.closest("form").addEventListener("submit", event => { event.preventDefault(); const first = document.querySelector("main .rows a.row"); if (first && search.value) first.click(); });
document.querySelector(".skip").addEventListener("click", event => { event.preventDefault(); main.focus(); });
addEventListener("hashchange", () => show(true));
addEventListener("popstate", () => { if (document.activeElement === search) search.blur(); });
show(false);
document.documentElement.dataset.ready = String(Math.round(performance.now()));
