// The ledger's page: checks every entry that it shows, the signature over them, and that nothing was rewritten since
// this browser looked last. What is checked is the very text on the page.

import { openCheckpoint, openGrowth, proves, readKey, readProof, utf8 } from "./verify.js";

const MEMORY = "sayso-ledger";
const TRIES = 3;

const box = document.getElementById("checks");
const told = document.getElementById("told");
const rows = [...document.querySelectorAll(".entries [data-index]")];

const say = (name, count = "") => box.dataset[name].replace("COUNT", count);

class Offline extends Error {}

async function ask(where) {
  let answer = null;
  try {
    answer = await fetch(where, { headers: { accept: "text/plain" }, cache: "no-store" });
  } catch {
    throw new Offline();
  }
  // What the server cannot prove it answers with an error: that is a finding, no lost connection.
  if (!answer.ok) throw answer.status === 401 || answer.status === 429 ? new Offline() : new Error("no proof");
  return answer.text();
}

const memory = {
  read() {
    return JSON.parse(localStorage.getItem(MEMORY) ?? "null");
  },
  write(key, note) {
    localStorage.setItem(MEMORY, JSON.stringify({ key, note }));
  },
};

/** Verdicts, in order: how it went (good, unsure, bad) and the words for it. */
const verdicts = [];

function verdict(how, words) {
  verdicts.push({ how, words });
}

function show() {
  told.replaceChildren(
    ...verdicts.map(({ how, words }) => {
      const line = document.createElement("li");
      line.className = how;
      line.textContent = words;
      return line;
    }),
  );
  const bad = verdicts.some(({ how }) => how === "bad");
  document.getElementById("fails").hidden = !bad;
  box.classList.toggle("failed", bad);
}

function mark(row, how) {
  const place = row.querySelector(".mark");
  place.className = `mark ${how}`;
  place.textContent = say(how);
}

/** Whether the line above an entry says what the entry itself says. */
function toldRight(row, body) {
  const verb = row.querySelector(".verb");
  if (!verb) return false;
  const entry = JSON.parse(body);
  const when = row.querySelector("time").dateTime;
  return (
    verb.textContent === entry.verb &&
    row.querySelector(".actor").textContent === entry.actor &&
    Date.parse(when) === Date.parse(entry.at) &&
    Number(row.dataset.index) === entry.i
  );
}

/** Checks the entries on the page; gives the checkpoint that they are under. */
async function checkEntries(key) {
  const query = rows.map((row) => `index=${row.dataset.index}`).join("&");
  let proofs = [];
  try {
    proofs = rows.length ? JSON.parse(await ask(`/window/ledger/proofs?${query}`)).map(readProof) : [];
  } catch (error) {
    if (error instanceof Offline) throw error;
    rows.forEach((row) => mark(row, "bad"));
    verdict("bad", say("entriesBad", rows.length));
    return openCheckpoint(await ask("/window/ledger/checkpoint"), key);
  }
  const checkpoint = await openCheckpoint(proofs.length ? proofs[0].note : await ask("/window/ledger/checkpoint"), key);
  let wrong = 0;
  for (const [at, row] of rows.entries()) {
    const shown = row.querySelector(".body").textContent;
    const proof = proofs[at];
    const good =
      proof?.note === checkpoint.note &&
      proof.index === Number(row.dataset.index) &&
      (await proves(proof, utf8(shown), checkpoint)) &&
      toldRight(row, shown);
    wrong += !good;
    mark(row, good ? (checkpoint.signed ? "good" : "unsure") : "bad");
  }
  if (wrong) verdict("bad", say("entriesBad", wrong));
  else verdict(rows.length ? "good" : "unsure", say(rows.length ? "entriesGood" : "entriesNone", rows.length));
  return checkpoint;
}

/** Checks that the ledger begins with the checkpoint that was remembered; gives whether the two could be compared. */
async function checkGrowth(known, checkpoint, key) {
  const old = await openCheckpoint(known.note, key).catch(() => null);
  if (!old) {
    verdict("bad", say("growthBad", "?"));
    return true;
  }
  if (old.size > checkpoint.size) {
    verdict("bad", say("growthShorter", old.size));
    return true;
  }
  let newest = null;
  try {
    newest = await openGrowth(await ask(`/window/ledger/growth?old=${old.size}`), old, key);
  } catch (error) {
    if (error instanceof Offline) throw error;
    verdict("bad", say("growthBad", old.size));
    return true;
  }
  // Somebody did something meanwhile: then what was proved is about another checkpoint than the page's.
  if (newest.size !== checkpoint.size) return false;
  const agree = newest.root.every((byte, at) => byte === checkpoint.root[at]);
  verdict(agree ? "good" : "bad", say(agree ? "growthGood" : "growthBad", old.size));
  return true;
}

async function check() {
  verdicts.length = 0;
  const text = box.dataset.key;
  const key = await readKey(text);
  let known = null;
  let remembers = true;
  try {
    known = memory.read();
    memory.write(known?.key ?? text, known?.note ?? null);
  } catch {
    remembers = false;
  }
  const otherKey = Boolean(known?.key) && known.key !== text;
  if (remembers) verdict(otherKey ? "bad" : "good", say(otherKey ? "keyChanged" : known?.key ? "keySame" : "keyNew"));
  let checkpoint = null;
  try {
    checkpoint = await checkEntries(key);
  } catch (error) {
    if (error instanceof Offline) throw error;
    rows.forEach((row) => mark(row, "bad"));
    verdict("bad", say("signatureBad"));
    return true;
  }
  verdict(checkpoint.signed ? "good" : "unsure", say(checkpoint.signed ? "signatureGood" : "signatureUnknown", checkpoint.size));
  if (!remembers) verdict("unsure", say("memoryOff"));
  else if (known?.note && !otherKey && !(await checkGrowth(known, checkpoint, key))) return false;
  else if (!known?.note) verdict("unsure", say("growthFirst", checkpoint.size));
  const clean = !verdicts.some(({ how }) => how === "bad");
  if (remembers && clean) memory.write(text, checkpoint.note);
  const anew = document.getElementById("anew");
  anew.hidden = clean || !remembers;
  anew.querySelector("button").onclick = () => {
    memory.write(text, checkpoint.note);
    location.reload();
  };
  return true;
}

async function run() {
  if (!crypto.subtle) {
    verdict("unsure", say("insecure"));
    show();
    return;
  }
  try {
    for (let left = TRIES; left && !(await check()); left -= 1);
  } catch (error) {
    verdicts.length = 0;
    if (error instanceof Offline) verdict("unsure", say("offline"));
    else verdict("bad", say("signatureBad"));
  }
  show();
}

document.getElementById("kept").addEventListener("change", async (chosen) => {
  const words = document.getElementById("kept-told");
  const text = document.getElementById("kept-body");
  text.hidden = true;
  const file = chosen.target.files[0];
  if (!file) return;
  try {
    const proof = readProof(await file.text());
    const checkpoint = await openCheckpoint(proof.note, await readKey(box.dataset.key));
    if (!proof.body || !(await proves(proof, proof.body, checkpoint))) throw new Error("it does not verify");
    words.className = checkpoint.signed ? "good" : "unsure";
    words.textContent = say("fileGood", proof.index) + (checkpoint.signed ? "" : " " + say("signatureUnknown"));
    text.textContent = new TextDecoder().decode(proof.body);
    text.hidden = false;
  } catch {
    words.className = "bad";
    words.textContent = say("fileBad");
  }
});

run();
