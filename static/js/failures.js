// A part that htmx could not load says so: shows the [data-load-failure] inside the part that asked.
function show(event, failed) {
  const asked = event.detail.elt;
  const note = asked?.querySelector?.("[data-load-failure]") || asked?.closest("section, div")?.querySelector("[data-load-failure]");
  if (note) note.hidden = !failed;
}

export function start() {
  for (const name of ["htmx:timeout", "htmx:sendError", "htmx:responseError"]) {
    document.addEventListener(name, (event) => show(event, true));
  }
  document.addEventListener("htmx:beforeRequest", (event) => show(event, false));
}
