// A page that the browser keeps for going back shows nothing until the server was asked again: whoever is on it may have
// said no meanwhile, or signed out.

addEventListener("pagehide", (event) => {
  document.documentElement.hidden = event.persisted;
});
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
