// The live capture: shows the camera's picture mirrored, sends frames one after the other, and says what is asked.
// Frames live in a canvas until they are sent; nothing is kept here or there.

const WIDTH = 640, HEIGHT = 480, EVERY = 130, QUALITY = 0.8;
const SAY_AGAIN = 2500;

const root = document.querySelector(".capture");
const part = (name) => root.querySelector(name);
const word = (name) => part(`[data-word="${name}"]`)?.textContent ?? "";
const video = part("video"), ring = part(".done"), arrow = part(".arrow");
const canvas = document.createElement("canvas");
canvas.width = WIDTH;
canvas.height = HEIGHT;

let going = null; // { nonce, stream, prompts } while a capture goes on

class Ended extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

function show(name) {
  for (const one of ["intro", "live", "over"]) part(`.${one}`).hidden = one !== name;
}

async function ask(path, body, type) {
  let answer;
  try {
    answer = await fetch(`/me/capture/${path}`, {
      method: "POST",
      body,
      headers: { accept: "application/json", ...(type ? { "content-type": type } : {}) },
    });
  } catch {
    throw new Ended("lost");
  }
  if (answer.ok) return answer.json();
  if (answer.status === 401) throw new Ended("signed-out");
  if (answer.status === 429) throw new Ended("often");
  const problem = await answer.json().catch(() => ({}));
  throw new Ended(problem.code ?? "lost");
}

async function open() {
  if (!navigator.mediaDevices?.getUserMedia) throw new Ended("insecure");
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: "user", width: { ideal: WIDTH }, height: { ideal: HEIGHT }, frameRate: { ideal: 30 } },
    });
  } catch (error) {
    const codes = { NotAllowedError: "refused", SecurityError: "refused", NotReadableError: "taken", AbortError: "taken" };
    throw new Ended(codes[error.name] ?? "absent");
  }
}

function picture() {
  // The middle of whatever shape the camera has.
  const wide = Math.min(video.videoWidth, (video.videoHeight * WIDTH) / HEIGHT);
  const high = (wide * HEIGHT) / WIDTH;
  const pen = canvas.getContext("2d");
  pen.drawImage(
    video, (video.videoWidth - wide) / 2, (video.videoHeight - high) / 2, wide, high, 0, 0, WIDTH, HEIGHT,
  );
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}

const spoken = { text: "", at: 0 };

function speak(text) {
  // A screen reader is told what changes, and again now and then, but never in the middle of a word.
  const now = performance.now();
  if (!text || (text === spoken.text && now - spoken.at < SAY_AGAIN) || now - spoken.at < 900) return;
  part("[role=status]").textContent = text;
  spoken.text = text;
  spoken.at = now;
}

function guide(seen) {
  const asked = word(seen.asked ?? "straight");
  const advice = seen.advice ? word(`advice-${seen.advice}`) : "";
  if (part(".asked").textContent !== asked) part(".asked").textContent = asked;
  if (part(".advice").textContent !== advice) part(".advice").textContent = advice;
  speak(advice ? `${asked}. ${advice}` : asked);
  const far = Math.min((seen.number + (seen.asked ? seen.held : 0)) / going.prompts, 1);
  ring.setAttribute("stroke-dasharray", `${(far * 100).toFixed(1)} 100`);
  part(".steps").textContent = word("step").replace("#", seen.number).replace("#", going.prompts);
  const way = ["left", "right", "up", "down"].includes(seen.asked) ? seen.asked : "";
  arrow.toggleAttribute("hidden", !way);
  arrow.setAttribute("class", `arrow ${way}`);
}

function letGo() {
  if (!going) return null;
  const { stream, nonce } = going;
  going = null;
  stream.getTracks().forEach((track) => track.stop());
  video.srcObject = null;
  canvas.getContext("2d").clearRect(0, 0, WIDTH, HEIGHT);
  return nonce;
}

function end(code) {
  letGo();
  part(".over h1").textContent = word(`title-${code}`) || word("title-lost");
  part(".over .lead").textContent = word(`text-${code}`) || word("text-lost");
  part(".again").hidden = ["witness", "law", "frozen", "no-yes", "insecure", "done", "signed-out"].includes(code);
  show("over");
  part(".over").focus();
}

async function capture() {
  const stream = await open();
  let begun;
  try {
    video.srcObject = stream;
    await video.play();
    if (document.hidden) throw new Ended("left");
    begun = await ask("begin");
  } catch (error) {
    stream.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
    throw error;
  }
  const mine = { ...begun, stream };
  going = mine;
  // A camera that is pulled out, or taken by another program.
  stream.getVideoTracks()[0].addEventListener("ended", () => going === mine && abandon("taken"));
  // Hidden while the camera or the server took their time: nobody would see what is asked.
  if (document.hidden) return abandon("left");
  show("live");
  part(".live").scrollIntoView();
  guide({ asked: null, advice: null, number: 0, held: 0 });
  const first = performance.now();
  while (going === mine) {
    const at = performance.now();
    const frame = await picture();
    if (going !== mine) return;
    const seen = await ask(`${mine.nonce}/frame?at=${Math.round(at - first)}`, frame, "image/jpeg");
    if (going !== mine) return;
    if (seen.state === "failed") return end(seen.failure);
    guide(seen);
    if (seen.state === "done") {
      part(".asked").textContent = word("waiting");
      speak(word("waiting"));
      const { where } = await ask(`${mine.nonce}/finish`);
      end("done");
      location.assign(where);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, Math.max(EVERY - (performance.now() - at), 0)));
  }
}

async function start() {
  part(".start").disabled = part(".again").disabled = true;
  try {
    await capture();
  } catch (error) {
    // Whoever left on purpose was told already.
    if (going || part(".over").hidden) end(error instanceof Ended ? error.code : "lost");
  }
  part(".start").disabled = part(".again").disabled = false;
}

function abandon(code) {
  const nonce = letGo();
  if (!nonce) return;
  navigator.sendBeacon(`/me/capture/${nonce}/abandon`);
  end(code);
}

part(".start").addEventListener("click", start);
part(".again").addEventListener("click", start);
part(".stop").addEventListener("click", () => abandon("stopped"));
document.addEventListener("visibilitychange", () => document.hidden && abandon("left"));
addEventListener("pagehide", () => abandon("left"));
part(".start").disabled = false;
