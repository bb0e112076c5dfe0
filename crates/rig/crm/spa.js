// A single-page view: rows come, go and change without the page being loaded again.
const names = ["Gao Yuan 高远", "Lin Tao 林涛", "Sophie Martin", "He Jie 何洁", "Omar Haddad", "Luo Bin 罗斌", "Mia Rossi", "Tang Yan 唐艳"];
const stages = ["New 新建", "Contacted 已联系", "Quoted 已报价", "Won 赢单"];
const rows = document.getElementById("rows");
const count = document.getElementById("count");
let made = 0;
let timer = 0;

// Mobile numbers in turns, each different; none of them ends in 00xx.
function phone(index) {
  return "1581" + String(2223456 + index * 1117).padStart(7, "0");
}

function cell(text, className) {
  const element = document.createElement("td");
  element.textContent = text;
  if (className) element.className = className;
  return element;
}

function row() {
  const index = made++;
  const element = document.createElement("tr");
  element.append(
    cell(names[index % names.length]),
    cell(phone(index), "number"),
    cell(stages[index % stages.length]),
    cell("20261120" + String(100000 + index * 37), "number"),
    cell("2026-11-20 1" + (index % 10) + ":05", "number"),
  );
  return element;
}

function tell() {
  count.textContent = rows.children.length + " rows";
}

function add() {
  rows.prepend(row());
  tell();
}

function replace() {
  const fresh = document.createDocumentFragment();
  for (let index = 0; index < 8; index++) fresh.append(row());
  rows.replaceChildren(fresh);
  tell();
}

function edit() {
  const first = rows.querySelector("td.number");
  // The text node itself changes, as frameworks do it.
  if (first) first.firstChild.data = phone(1000 + made++);
}

function show(view) {
  document.getElementById("heading").textContent = view === "deals" ? "Deals 商机" : "Leads 线索";
  for (const id of ["leads", "deals"]) document.getElementById(id).setAttribute("aria-pressed", String(id === view));
  replace();
}

function go(view) {
  history.pushState({ view }, "", "/spa?view=" + view);
  show(view);
}

function automatic() {
  const button = document.getElementById("auto");
  const on = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(on));
  clearInterval(timer);
  if (on) timer = setInterval(() => (made % 3 === 0 ? replace() : add()), 500);
}

for (const [id, act] of [["add", add], ["replace", replace], ["edit", edit], ["auto", automatic], ["leads", () => go("leads")], ["deals", () => go("deals")]]) {
  document.getElementById(id).addEventListener("click", act);
}
addEventListener("popstate", (event) => show(event.state?.view ?? "leads"));
show(new URLSearchParams(location.search).get("view") ?? "leads");
// What any page does after it has loaded its data.
setTimeout(add, 300);
