// Shortcuts of the review queue: each presses a button or follows a link that is there for everybody.
const KEPT = "sayso-review-keys";
const help = document.getElementById("help");
const open = document.getElementById("help-open");
const on = document.getElementById("keys-on");
const wanted = () => localStorage.getItem(KEPT) !== "off";
let sent = false;

// The list of shortcuts is on the page of a doubt; behind the last one there is none.
if (help) {
  on.checked = wanted();
  on.addEventListener("change", () => localStorage.setItem(KEPT, on.checked ? "on" : "off"));
  open.hidden = false;
  open.addEventListener("click", () => help.showModal());
}

for (const form of document.querySelectorAll("main form[method=post]")) {
  form.addEventListener("submit", (event) => {
    // A key that is held down decides once.
    if (sent) event.preventDefault();
    sent = true;
  });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || help?.open) return;
  if (event.target.matches("input:not([type=checkbox]), textarea, select")) return;
  if (help && event.key === "?") {
    help.showModal();
    event.preventDefault();
    return;
  }
  if (!wanted()) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const pressed = document.querySelector(`[data-key="${key === "l" ? "ArrowRight" : CSS.escape(key)}"]`);
  if (!pressed || pressed.disabled) return;
  event.preventDefault();
  pressed.click();
});
