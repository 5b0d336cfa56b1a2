// Drawing on a photo whose faces are closed: a box is drawn or dragged, its numbers go into the form that saves it.
const SVG = "http://www.w3.org/2000/svg";
const stage = document.getElementById("stage");
const overlay = document.getElementById("overlay");
const draw = document.getElementById("draw");
const how = document.getElementById("draw-how");
const add = document.getElementById("add");
const { width: wide, height: high } = overlay.viewBox.baseVal;
const NAMES = ["x", "y", "width", "height"];
let draft = null;
let dragged = null;

function place(event) {
  const frame = overlay.getBoundingClientRect();
  const inside = (value, most) => Math.min(Math.max(value, 0), most);
  return {
    x: inside(((event.clientX - frame.left) / frame.width) * wide, wide),
    y: inside(((event.clientY - frame.top) / frame.height) * high, high),
  };
}

function read(rect) {
  return Object.fromEntries(NAMES.map((name) => [name, Number(rect.getAttribute(name))]));
}

function write(rect, box) {
  for (const name of NAMES) rect.setAttribute(name, Math.round(box[name]));
}

function fill(form, box) {
  for (const name of NAMES) form.elements[name].value = Math.round(box[name]);
}

function clamp(box) {
  const width = Math.min(Math.max(box.width, 1), wide);
  const height = Math.min(Math.max(box.height, 1), high);
  return { x: Math.min(Math.max(box.x, 0), wide - width), y: Math.min(Math.max(box.y, 0), high - height), width, height };
}

function sketch(box) {
  if (!draft) {
    const group = document.createElementNS(SVG, "g");
    group.setAttribute("class", "draft");
    draft = document.createElementNS(SVG, "rect");
    draft.setAttribute("vector-effect", "non-scaling-stroke");
    group.append(draft);
    overlay.append(group);
  }
  write(draft, box);
  fill(add, box);
}

function drawing(on) {
  stage.classList.toggle("drawing", on);
  draw.setAttribute("aria-pressed", String(on));
  how.hidden = !on;
  if (on) {
    stage.tabIndex = 0;
    stage.setAttribute("role", "application");
    stage.setAttribute("aria-label", how.textContent);
    stage.focus();
  } else {
    stage.removeAttribute("tabindex");
    stage.removeAttribute("role");
    stage.removeAttribute("aria-label");
  }
}

function moveFormOf(number) {
  return document.querySelector(`form[data-move="${number}"]`);
}

if (add) {
  draw.hidden = false;
  draw.addEventListener("click", () => drawing(!stage.classList.contains("drawing")));

  overlay.addEventListener("pointerdown", (event) => {
    const group = event.target.closest("[data-movable]");
    const start = place(event);
    if (group && !stage.classList.contains("drawing")) {
      const rect = group.querySelector("rect");
      dragged = { start, rect, box: read(rect), form: moveFormOf(group.dataset.number) };
    } else if (stage.classList.contains("drawing")) {
      dragged = { start, rect: null };
    } else {
      return;
    }
    overlay.setPointerCapture(event.pointerId);
    event.preventDefault();
  });

  overlay.addEventListener("pointermove", (event) => {
    if (!dragged) return;
    const now = place(event);
    if (dragged.rect) {
      const { box, start } = dragged;
      write(dragged.rect, clamp({ ...box, x: box.x + now.x - start.x, y: box.y + now.y - start.y }));
    } else {
      const { start } = dragged;
      sketch({
        x: Math.min(start.x, now.x),
        y: Math.min(start.y, now.y),
        width: Math.abs(now.x - start.x),
        height: Math.abs(now.y - start.y),
      });
    }
  });

  overlay.addEventListener("pointerup", () => {
    if (!dragged) return;
    if (dragged.rect) {
      fill(dragged.form, read(dragged.rect));
      dragged.form.closest("details").open = true;
      dragged.form.querySelector("button").focus();
    } else if (draft) {
      drawing(false);
      add.querySelector("button").focus();
    }
    dragged = null;
  });
  overlay.addEventListener("pointercancel", () => { dragged = null; });

  // Arrow keys move the box, with shift they change its size; Enter goes on to the form, Escape leaves.
  stage.addEventListener("keydown", (event) => {
    if (!stage.classList.contains("drawing")) return;
    const step = Math.round(wide / 100);
    const ways = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    if (event.key === "Escape") {
      drawing(false);
      draw.focus();
    } else if (event.key === "Enter") {
      drawing(false);
      add.querySelector("button").focus();
    } else if (ways[event.key]) {
      const [across, down] = ways[event.key];
      const side = Math.min(wide, high) / 8;
      const box = draft ? read(draft) : { x: (wide - side) / 2, y: (high - side) / 2, width: side, height: side };
      if (event.shiftKey) sketch(clamp({ ...box, width: box.width + across, height: box.height + down }));
      else sketch(clamp({ ...box, x: box.x + across, y: box.y + down }));
    } else {
      return;
    }
    event.preventDefault();
  });

  // Numbers that are typed show where they are.
  add.addEventListener("input", () => {
    const box = Object.fromEntries(NAMES.map((name) => [name, Number(add.elements[name].value)]));
    if (box.width > 0 && box.height > 0) {
      const typed = add.elements;
      const kept = NAMES.map((name) => typed[name].value);
      sketch(clamp(box));
      NAMES.forEach((name, at) => { typed[name].value = kept[at]; });
    }
  });
}
