// Checks what a ledger has handed out, here in the browser: entries, checkpoints, and that nothing was rewritten.
// Formats: C2SP signed-note, tlog-checkpoint, tlog-proof, the body of tlog-witness' add-checkpoint; RFC 9162, 2.1.
// It knows no page. Whatever does not verify is thrown as an Error.

const NUMBER = /^(0|[1-9][0-9]{0,14})$/;
const MOST_HASHES = 64;
const MOST_SIGNATURES = 100;

const utf8 = (text) => new TextEncoder().encode(text);

/** SHA-256 of several pieces, one after the other. */
async function sha256(...pieces) {
  const whole = new Uint8Array(pieces.reduce((size, one) => size + one.length, 0));
  let at = 0;
  for (const one of pieces) {
    whole.set(one, at);
    at += one.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
}

function same(one, other) {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

/** Base64 in its one canonical form (RFC 4648, section 4). */
function bytes(text) {
  const found = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  if (btoa(String.fromCharCode(...found)) !== text) throw new Error("not canonical");
  return found;
}

/** SHA-256 of 0x00 and the entry (RFC 9162, 2.1.1). */
export function leafHash(entry) {
  return sha256(Uint8Array.of(0), entry);
}

function nodeHash(left, right) {
  return sha256(Uint8Array.of(1), left, right);
}

/** Whether `proof` leads from the leaf hash at `index` to `root` (RFC 9162, 2.1.3.2). */
export async function includes(index, size, leaf, proof, root) {
  if (index >= size) return false;
  let [first, last, result] = [index, size - 1, leaf];
  for (const hash of proof) {
    if (last === 0) return false;
    if (first % 2 || first === last) {
      result = await nodeHash(hash, result);
      while (first % 2 === 0 && first) [first, last] = [Math.floor(first / 2), Math.floor(last / 2)];
    } else {
      result = await nodeHash(result, hash);
    }
    [first, last] = [Math.floor(first / 2), Math.floor(last / 2)];
  }
  return last === 0 && same(result, root);
}

/** Whether `proof` shows that the tree of `size` leaves begins with that of `old` (RFC 9162, 2.1.4.2). */
export async function extendsTree(old, size, proof, oldRoot, newRoot) {
  if (old > size) return false;
  if (old === size) return proof.length === 0 && same(oldRoot, newRoot);
  if (old === 0) return proof.length === 0 && same(oldRoot, await sha256());
  if (!proof.length) return false;
  const whole = Number.isInteger(Math.log2(old)) ? [oldRoot, ...proof] : proof;
  let [first, last] = [old - 1, size - 1];
  while (first % 2) [first, last] = [Math.floor(first / 2), Math.floor(last / 2)];
  let older = whole[0];
  let newer = whole[0];
  for (const hash of whole.slice(1)) {
    if (last === 0) return false;
    if (first % 2 || first === last) {
      older = await nodeHash(hash, older);
      newer = await nodeHash(hash, newer);
      while (first % 2 === 0 && first) [first, last] = [Math.floor(first / 2), Math.floor(last / 2)];
    } else {
      newer = await nodeHash(newer, hash);
    }
    [first, last] = [Math.floor(first / 2), Math.floor(last / 2)];
  }
  return last === 0 && same(older, oldRoot) && same(newer, newRoot);
}

/** A verifier key, `name+8 hex digits+base64(0x01 | public key)`. */
export async function readKey(text) {
  const [name, id, ...rest] = text.trim().split("+");
  const material = bytes(rest.join("+"));
  if (!name || material.length !== 33 || material[0] !== 1) throw new Error("the key is damaged");
  const told = (await sha256(utf8(name + "\n"), material)).slice(0, 4);
  if ([...told].map((byte) => byte.toString(16).padStart(2, "0")).join("") !== id) throw new Error("the key is damaged");
  return { name, id: told, material: material.slice(1) };
}

/** Whether this browser can check signatures at all: the public key in its own form, or null. */
async function imported(key) {
  try {
    return await crypto.subtle.importKey("raw", key.material, { name: "Ed25519" }, false, ["verify"]);
  } catch {
    return null;
  }
}

/** The checkpoint in a signed note: its size and root. `signed` is false where the browser cannot check signatures. */
export async function openCheckpoint(note, key) {
  const cut = note.lastIndexOf("\n\n");
  const lines = note.slice(cut + 2, -1).split("\n");
  if (cut < 0 || !note.endsWith("\n") || lines.length > MOST_SIGNATURES) throw new Error("this is no checkpoint");
  const text = note.slice(0, cut + 1);
  const own = [];
  for (const line of lines) {
    const [dash, name, encoded, ...more] = line.split(" ");
    if (dash !== "\u2014" || !encoded || more.length) throw new Error("a signature line is damaged");
    const signature = bytes(encoded);
    if (name === key.name && same(signature.slice(0, 4), key.id)) own.push(signature.slice(4));
  }
  if (!own.length) throw new Error("the checkpoint is not signed with this key");
  const checker = await imported(key);
  for (const signature of checker ? own : []) {
    if (!(await crypto.subtle.verify({ name: "Ed25519" }, checker, signature, utf8(text)))) {
      throw new Error("the signature does not fit");
    }
  }
  const [origin, size, root] = text.split("\n");
  if (origin !== key.name || !NUMBER.test(size)) throw new Error("the checkpoint is another ledger's");
  const hash = bytes(root);
  if (hash.length !== 32) throw new Error("the root is damaged");
  return { note, size: Number(size), root: hash, signed: checker !== null };
}

function hashes(lines) {
  const found = lines.map(bytes);
  if (found.length > MOST_HASHES || found.some((one) => one.length !== 32)) throw new Error("the proof is damaged");
  return found;
}

/** What a .tlog-proof says, unverified: the entry's place, the entry itself (as bytes), the way to the root. */
export function readProof(text) {
  const cut = text.indexOf("\n\n");
  const [header, ...lines] = text.slice(0, Math.max(cut, 0)).split("\n");
  if (cut < 0 || header !== "c2sp.org/tlog-proof@v1") throw new Error("this is no proof");
  const body = lines[0]?.startsWith("extra ") ? bytes(lines.shift().slice(6)) : null;
  const [word, index] = (lines.shift() ?? "").split(" ");
  if (word !== "index" || !NUMBER.test(index)) throw new Error("the proof is damaged");
  return { index: Number(index), body, hashes: hashes(lines), note: text.slice(cut + 2) };
}

/** Whether `body` is the entry that the proof speaks of, under a checkpoint that was opened already. */
export async function proves(proof, body, checkpoint) {
  return includes(proof.index, checkpoint.size, await leafHash(body), proof.hashes, checkpoint.root);
}

/** The newer checkpoint, once the text of a proof of growth shows that its ledger begins with `old`. */
export async function openGrowth(text, old, key) {
  const cut = text.indexOf("\n\n");
  const [first, ...lines] = text.slice(0, Math.max(cut, 0)).split("\n");
  if (cut < 0 || first !== `old ${old.size}`) throw new Error("this is no proof of growth");
  const newer = await openCheckpoint(text.slice(cut + 2), key);
  if (!(await extendsTree(old.size, newer.size, hashes(lines), old.root, newer.root))) {
    throw new Error("the ledger was rewritten");
  }
  return newer;
}

export { utf8 };
