// While the facts of a collection are filled in: which reach they would open, asked of the server.

const form = document.getElementById("facts");
const place = document.getElementById("judged");
const names = Object.fromEntries([...document.querySelectorAll("[data-reach]")].map((one) => [one.dataset.reach, one.textContent]));
let asked = 0;
let waiting;

function line(tag, text, kind) {
  const made = document.createElement(tag);
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

function show(reaches) {
  const parts = [];
  for (const one of reaches) {
    parts.push(line("h3", names[one.reach]));
    if (one.allowed) {
      parts.push(line("p", one.reach === "pointed" ? place.dataset.open : place.dataset.yes, "yes"));
      continue;
    }
    parts.push(line("p", place.dataset.no));
    const list = document.createElement("ul");
    for (const each of one.objections) {
      const item = line("li", `${each.text} `);
      item.append(line("span", each.source, "soft"));
      list.append(item);
    }
    parts.push(list);
  }
  place.replaceChildren(...parts);
}

async function ask() {
  const number = ++asked;
  const facts = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string") facts.append(name, value);
    else if (value.size > 0) facts.append("has_assessment", "yes");
  }
  const answer = await fetch("/desk/collections/judge", { method: "POST", body: facts, headers: { accept: "application/json" } });
  if (number !== asked) return;
  const told = await answer.json();
  if (answer.ok) show(told.reaches);
  else place.replaceChildren(line("p", told.title, "wrong"), line("p", told.detail));
}

function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(() => ask().catch(() => {}), 250);
}

form.addEventListener("input", soon);
form.addEventListener("change", (event) => {
  if (event.target.name === "reach" && event.target.value !== "pointed") document.getElementById("wider").open = true;
});
soon();
