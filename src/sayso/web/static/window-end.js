// The end's page: checks the signed report, and shows the entry that it proves.

import { openCheckpoint, proves, readKey, readProof } from "./verify.js";

const told = document.getElementById("check");

async function check() {
  const proof = readProof(document.getElementById("proof").textContent);
  document.getElementById("entry").textContent = new TextDecoder().decode(proof.body);
  const checkpoint = await openCheckpoint(proof.note, await readKey(told.dataset.key));
  if (!(await proves(proof, proof.body, checkpoint))) throw new Error("it does not verify");
  return checkpoint.signed ? "good" : "unsure";
}

try {
  told.className = await check();
} catch {
  told.className = "bad";
}
told.textContent = told.dataset[told.className];
