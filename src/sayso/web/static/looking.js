// Shows how far the search is, and loads the page again when it is over.
const section = document.getElementById("looking");
const bar = document.getElementById("looking-far");
const events = new EventSource(`/jobs/${section.dataset.job}/events`);

events.addEventListener("progress", (event) => {
  const far = JSON.parse(event.data);
  if (far.total > 0) {
    bar.max = far.total;
    bar.value = far.done;
  } else {
    bar.removeAttribute("value");
  }
});

events.addEventListener("over", () => {
  events.close();
  location.replace("/me");
});

// Where events do not come through, asking again does.
events.addEventListener("error", () => {
  if (events.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 6000);
});
