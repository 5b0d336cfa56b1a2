// Follows how far a person's copy is, and shows the page anew when it is done.
const card = document.querySelector("[data-job]");
if (card) {
  const bar = card.querySelector("progress");
  const events = new EventSource(`/jobs/${card.dataset.job}/events`);
  const show = (event) => {
    const far = JSON.parse(event.data);
    if (far.total) {
      bar.max = far.total;
      bar.value = far.done;
    }
  };
  events.addEventListener("progress", show);
  events.addEventListener("over", () => {
    events.close();
    location.reload();
  });
  // A server that starts again goes on with the work; the page asks again by itself.
  events.addEventListener("error", () => setTimeout(() => location.reload(), 3000));
}
