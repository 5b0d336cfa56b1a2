// Sends the photos that were chosen, each for itself, so that an interruption costs one file at most.

const AT_ONCE = 3;
const TRIES = 5;
const MB = 1_000_000;

const box = document.getElementById("upload");
const say = box.dataset;
const find = (id) => document.getElementById(id);
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const json = { accept: "application/json" };

let busy = false;
let paused = null;

function words(text, places) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in places ? String(places[name]) : whole));
}

/** A file's name below the folder that was chosen, and the file. Hidden files are passed over, as they are by `sayso add`. */
function chosen(files) {
  return [...files].map((file) => ({ file, name: file.webkitRelativePath || file.name }));
}

async function dropped(transfer) {
  const found = [];
  const items = [...transfer.items].filter((item) => item.kind === "file");
  const entries = items.map((item) => [item.webkitGetAsEntry(), item.getAsFile()]);
  async function walk(entry) {
    if (entry.isFile) {
      const file = await new Promise((done, failed) => entry.file(done, failed));
      found.push({ file, name: entry.fullPath.replace(/^\//, "") });
      return;
    }
    const reader = entry.createReader();
    for (;;) {
      // A folder is told in portions of at most a hundred names.
      const some = await new Promise((done, failed) => reader.readEntries(done, failed));
      if (some.length === 0) return;
      for (const one of some) await walk(one);
    }
  }
  for (const [entry, file] of entries) {
    // What is dragged out of another page or program may be a file that lies in no folder.
    if (entry) await walk(entry);
    else if (file) found.push(...chosen([file]));
  }
  return found;
}

async function keyOf({ file, name }) {
  const text = new TextEncoder().encode(`${name}\n${file.size}\n${file.lastModified}`);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** One file, with its progress. Gives the status, 0 when the connection broke, and the answer. */
function put(address, file, tell) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("PUT", address);
    request.setRequestHeader("accept", "application/json");
    request.setRequestHeader("content-type", "application/octet-stream");
    request.upload.onprogress = (event) => tell(event.loaded);
    request.onload = () => {
      let answer = {};
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        // Not from us, but from whatever stands in between: its status is enough.
      }
      done([request.status, answer]);
    };
    request.onerror = request.onabort = request.ontimeout = () => done([0, {}]);
    request.send(file);
  });
}

class Sending {
  constructor(state, files) {
    this.batch = state.batch;
    this.waiting = files;
    this.total = files.length;
    this.size = files.reduce((sum, one) => sum + one.file.size, 0);
    this.done = 0;
    this.sent = 0;
    this.flying = new Map();
    this.began = performance.now();
    this.wrong = "";
  }

  show() {
    const sent = this.sent + [...this.flying.values()].reduce((sum, one) => sum + one, 0);
    find("bar").max = Math.max(this.size, 1);
    find("bar").value = Math.min(sent, this.size);
    const parts = [words(say.sending, { done: this.done, total: this.total, sent: Math.round(sent / MB), size: Math.ceil(this.size / MB) })];
    const seconds = (performance.now() - this.began) / 1000;
    if (seconds > 3 && sent > 0) {
      const left = Math.ceil(((this.size - sent) * seconds) / sent);
      parts.push(left < 90 ? words(say.left, { count: left }) : words(say.minutes, { count: Math.ceil(left / 60) }));
    }
    find("far").textContent = parts.join(" · ");
    const quarter = this.size > 0 ? Math.floor((4 * sent) / this.size) * 25 : 0;
    if (quarter > (this.told ?? 0)) {
      this.told = quarter;
      find("said").textContent = words(say.half, { count: quarter });
    }
  }

  async run() {
    await Promise.all(Array.from({ length: AT_ONCE }, () => this.work()));
    return this.wrong;
  }

  async work() {
    while (!this.wrong && this.waiting.length > 0) {
      if (paused) await paused.over;
      const one = this.waiting.shift();
      if (one) await this.send(one);
    }
  }

  async send(one) {
    const address = `/desk/upload/${this.batch}/${one.key}?name=${encodeURIComponent(one.name.slice(-400))}&size=${one.file.size}`;
    for (let tried = 1; !this.wrong; tried += 1) {
      // Of a file that is too large the server is told the size alone; it says why it is not taken.
      const body = one.file.size > Number(say.most) ? null : one.file;
      const [status, answer] = await put(address, body, (loaded) => {
        this.flying.set(one.key, loaded);
        this.show();
      });
      this.flying.delete(one.key);
      if (status === 200) return this.over(one);
      if (status === 415) return this.over(one, answer.refused);
      if (status === 401 || status === 303) this.wrong ||= say.signedOut;
      else if (status >= 400 && status < 500 && status !== 408 && status !== 429) this.wrong ||= [say.failed, one.name, answer.title, answer.detail].filter(Boolean).join(" ");
      else if (status === 503 && answer.title) this.wrong ||= `${answer.title} ${answer.detail}`;
      else if (tried >= TRIES) this.wrong ||= say.lost;
      else {
        find("said").textContent = say.again;
        await wait(500 * 2 ** tried);
        // A file that was refused before it had come whole looks like a broken connection.
        const state = await fetch(`/desk/upload/${this.batch}`, { headers: json }).then((got) => (got.ok ? got.json() : null)).catch(() => null);
        if (state?.refused[one.key]) return this.over(one, state.refused[one.key][1]);
        if (state?.arrived.includes(one.key)) return this.over(one);
      }
    }
  }

  over(one, reason) {
    this.done += 1;
    this.sent += one.file.size;
    if (reason) refuse(one.name, reason);
    this.show();
  }
}

function refuse(name, reason) {
  const item = document.createElement("li");
  const title = document.createElement("strong");
  title.textContent = name;
  item.append(title, document.createElement("br"), reason);
  find("refused").hidden = false;
  find("refused").querySelector("ul").append(item);
}

function trouble(text) {
  find("trouble").textContent = text;
  find("trouble").hidden = !text;
}

async function upload(files) {
  if (busy) return;
  const visible = files.filter((one) => !one.name.split("/").some((part) => part.startsWith(".")));
  trouble(visible.length === 0 ? say.nothing : "");
  if (visible.length === 0) return;
  busy = true;
  find("drop").hidden = true;
  find("going").hidden = false;
  find("far").textContent = say.reading;
  try {
    const begun = await fetch(say.begin, { method: "POST", headers: json });
    const state = await begun.json();
    if (!begun.ok) return trouble(begun.status === 401 ? say.signedOut : `${state.title} ${state.detail}`);
    const there = new Set([...state.arrived, ...Object.keys(state.refused)]);
    const fresh = [];
    for (const one of visible) {
      one.key = await keyOf(one);
      if (!there.has(one.key)) {
        there.add(one.key);
        fresh.push(one);
      }
    }
    if (fresh.length < visible.length) find("said").textContent = words(say.skipping, { count: visible.length - fresh.length });
    const wrong = await new Sending(state, fresh).run();
    if (wrong) return trouble(wrong);
    find("far").textContent = say.finishing;
    const finished = await fetch(`/desk/upload/${state.batch}/finish`, { method: "POST" });
    busy = false;
    if (finished.ok) location.assign(finished.url);
    else trouble(say.lost);
  } catch {
    trouble(say.lost);
  } finally {
    busy = false;
    if (!find("trouble").hidden) {
      find("drop").hidden = false;
      find("going").hidden = true;
    }
  }
}

function pause() {
  const button = find("pause");
  if (paused) {
    paused.end();
    paused = null;
    button.textContent = say.pause;
    return;
  }
  let end;
  const over = new Promise((done) => {
    end = done;
  });
  paused = { over, end };
  button.textContent = say.goOn;
  find("said").textContent = say.paused;
}

for (const input of [find("files"), find("whole")]) {
  input.addEventListener("change", () => {
    const files = chosen(input.files);
    input.value = "";
    upload(files);
  });
}
find("pause").addEventListener("click", pause);
const drop = find("drop");
drop.addEventListener("dragover", (event) => {
  event.preventDefault();
  drop.classList.add("over");
});
drop.addEventListener("dragleave", () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  dropped(event.dataTransfer).then(upload, () => trouble(say.nothing));
});
// Beside the frame nothing is taken, and above all nothing is opened in place of this page.
for (const kind of ["dragover", "drop"]) {
  addEventListener(kind, (event) => {
    const intoField = event.target.matches?.("input") && !event.dataTransfer.types.includes("Files");
    if (event.defaultPrevented || intoField) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "none";
  });
}
addEventListener("beforeunload", (event) => {
  if (busy) event.preventDefault();
});
box.hidden = false;
