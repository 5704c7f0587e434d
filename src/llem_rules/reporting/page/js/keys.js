// The keyboard, and the theme.
const search = document.getElementById("search"), dialog = document.getElementById("keys");
const THEMES = ["", "light", "dark"], THEME_WORDS = { "": "as the system has it", light: "light", dark: "dark" };

function kept(value) {
  try {
    if (value === undefined) return localStorage.getItem("llem-rules-theme") || "";
    localStorage.setItem("llem-rules-theme", value);
  } catch { /* a page from a file may have no storage; then the choice lasts as long as the page */ }
  return value || "";
}
function themed(value) {
  const known = THEMES.includes(value) ? value : "";
  document.documentElement.dataset.theme = known;
  document.getElementById("theme").setAttribute("aria-label", `Theme: ${THEME_WORDS[known]}`);
  document.getElementById("theme").title = `Theme: ${THEME_WORDS[known]} (t)`;
  return known;
}
let theme = themed(kept());
function turn() {
  theme = themed(THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]);
  kept(theme);
  say(`Theme: ${THEME_WORDS[theme]}`);
}

function step(by) {
  const links = [...document.querySelectorAll("main .rows a.row")], at = links.indexOf(document.activeElement), next = at + by;
  if (at < 0 && document.activeElement !== search) return false;
  if (next < 0) { search.focus(); return true; }
  if (links[next]) { links[next].focus(); links[next].scrollIntoView({ block: "nearest" }); }
  return true;
}
function neighbour(by) {
  const shown = ruleOf.get(decodeURIComponent(location.hash.slice("#/rule/".length)));
  const list = current.includes(shown) ? current : rules, next = list[list.indexOf(shown) + by];
  if (shown && next) location.hash = ruleAddress(next);
}
function escape() {
  if (document.activeElement === search && search.value) { search.value = ""; searched(); }
  else if (document.activeElement === search) search.blur();
  else if (location.hash.startsWith("#/rule/")) location.hash = lastList;
}

document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || dialog.open) return;
  const typing = event.target.closest("input, textarea, select");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if ((!typing || event.target === search) && step(event.key === "ArrowDown" ? 1 : -1)) event.preventDefault();
  } else if (event.key === "Escape") escape();
  else if (typing) return;
  else if (event.key === "/") { event.preventDefault(); search.focus(); search.select(); }
  else if (event.key === "j" || event.key === "k") neighbour(event.key === "j" ? 1 : -1);
  else if (event.key === "t") turn();
  else if (event.key === "?") dialog.showModal();
  else if (event.key === "c") { const button = document.querySelector("main h1 .copy"); if (button) button.click(); }
});
document.getElementById("theme").addEventListener("click", turn);
document.getElementById("help").addEventListener("click", () => dialog.showModal());
