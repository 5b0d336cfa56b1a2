// Turns the two lists of moments into sliders, and asks again for pictures that were not drawn yet.
const RETRIES = 5;
const form = document.getElementById("narrowing");
const lists = ["since", "until"].map((name) => document.getElementById(name)).filter(Boolean);

const sliders = lists.map((list) => {
  const slider = document.createElement("input");
  // No live region: the slider itself speaks its value.
  const told = document.createElement("span");
  slider.type = "range";
  slider.className = "slider";
  slider.id = `${list.id}-slider`;
  slider.min = "0";
  slider.max = String(list.options.length - 1);
  slider.value = String(list.selectedIndex);
  told.className = "told";
  told.setAttribute("aria-hidden", "true");
  document.querySelector(`label[for="${list.id}"]`).htmlFor = slider.id;
  list.hidden = true;
  list.after(slider, told);
  const tell = () => {
    list.selectedIndex = Number(slider.value);
    told.textContent = list.options[list.selectedIndex].text;
    slider.setAttribute("aria-valuetext", told.textContent);
  };
  tell();
  return { slider, tell };
});

if (sliders.length === 2) {
  const [since, until] = sliders;
  since.slider.addEventListener("input", () => {
    if (Number(since.slider.value) > Number(until.slider.value)) until.slider.value = since.slider.value;
    since.tell();
    until.tell();
  });
  until.slider.addEventListener("input", () => {
    if (Number(until.slider.value) < Number(since.slider.value)) since.slider.value = until.slider.value;
    since.tell();
    until.tell();
  });
  for (const { slider } of sliders) slider.addEventListener("change", () => form.requestSubmit());
}

for (const image of document.querySelectorAll(".photos.closed img")) {
  const address = image.getAttribute("src");
  let tries = 0;
  image.addEventListener("error", () => {
    tries += 1;
    if (tries <= RETRIES) setTimeout(() => { image.src = `${address}?again=${tries}`; }, 2000 * tries);
  });
}
