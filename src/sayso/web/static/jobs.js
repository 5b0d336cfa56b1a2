// Keeps the jobs on a page up to date while they run, and loads the page anew when one is over.

const AT_ONCE = 3;

function words(text, places) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in places ? String(places[name]) : whole));
}

function rate(number) {
  return number < 10 ? number.toFixed(1) : Math.round(number);
}

function show(box, job) {
  const { far, speed, faces, seconds, minutes, said } = box.dataset;
  const bar = box.querySelector("progress");
  const parts = [];
  if (job.total > 0) {
    bar.max = job.total;
    bar.value = job.done;
    parts.push(words(far, job));
  }
  if (job.per_second) parts.push(words(speed, { count: rate(job.per_second) }));
  if (job.parts_per_second) parts.push(words(faces, { count: rate(job.parts_per_second) }));
  if (job.seconds_left !== null && job.done < job.total) {
    const left = Math.ceil(job.seconds_left);
    parts.push(left < 90 ? words(seconds, { count: left }) : words(minutes, { count: Math.ceil(left / 60) }));
  }
  if (parts.length) box.querySelector(".far").textContent = parts.join(" · ");
  // A screen reader hears it four times, not at each photo.
  const quarter = job.total > 0 ? Math.floor((4 * job.done) / job.total) * 25 : 0;
  if (quarter > 0 && box.dataset.told !== String(quarter)) {
    box.dataset.told = String(quarter);
    box.querySelector("[role=status]").textContent = words(said, { count: quarter });
  }
}

function follow(box) {
  const events = new EventSource(`/jobs/${box.dataset.job}/events`);
  events.addEventListener("progress", (event) => show(box, JSON.parse(event.data)));
  events.addEventListener("over", () => {
    events.close();
    location.reload();
  });
  addEventListener("pagehide", () => events.close());
}

[...document.querySelectorAll("[data-live]")].slice(0, AT_ONCE).forEach(follow);
