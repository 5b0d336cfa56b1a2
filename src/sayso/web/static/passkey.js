// Makes a passkey on this device, or comes in with one (WebAuthn). What unlocks the device stays on the device.

const box = document.getElementById("passkey");
const told = document.getElementById("passkey-told");

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");

class Said extends Error {}

async function ask(where, body) {
  let answer = null;
  try {
    answer = await fetch(where, {
      method: "POST",
      headers: { accept: "application/json", "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Said(box.dataset.offline);
  }
  const found = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    const what = found.rules?.map((one) => one.text).join(" ") || found.title;
    throw new Said([what, found.detail].filter(Boolean).join(" ") || box.dataset.offline);
  }
  return found;
}

const known = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

async function create(options) {
  const made = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: known(options.excludeCredentials),
    },
  });
  const { clientDataJSON, attestationObject } = made.response;
  return plain(made, { clientDataJSON, attestationObject });
}

async function get(options) {
  const found = await navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      allowCredentials: known(options.allowCredentials),
    },
  });
  const { clientDataJSON, authenticatorData, signature, userHandle } = found.response;
  return plain(found, { clientDataJSON, authenticatorData, signature, userHandle: userHandle ?? new ArrayBuffer(0) });
}

function plain(credential, response) {
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: Object.fromEntries(Object.entries(response).map(([name, value]) => [name, text(value)])),
  };
}

function reason(error) {
  if (error instanceof Said) return error.message;
  return box.dataset[{ InvalidStateError: "there", SecurityError: "address" }[error.name] ?? "stopped"];
}

async function run() {
  const button = box.querySelector("button");
  button.disabled = true;
  told.textContent = box.dataset.working;
  try {
    const options = await ask(box.dataset.options, {});
    const credential = await (box.dataset.does === "create" ? create : get)(options);
    const { where } = await ask(box.dataset.answer, credential);
    told.textContent = box.dataset.done;
    location.assign(where);
  } catch (error) {
    told.textContent = reason(error);
    button.disabled = false;
    button.focus();
  }
}

if (box && window.PublicKeyCredential) {
  box.hidden = false;
  box.querySelector("button").addEventListener("click", run);
} else if (box && box.dataset.does === "create") {
  told.textContent = box.dataset.missing;
}
