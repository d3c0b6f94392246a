// Marks a form[data-unsaved] once something in it changed, and asks before such a page is left.
// The server marks a form with data-dirty that shows what is not stored.
// Saving one form leaves the page, too: what is unsaved in the others is asked about, what is sent is not.
let settled = null;

function othersAreDirty() {
  return [...document.querySelectorAll("form[data-unsaved][data-dirty]")].some((form) => form !== settled);
}

export function start() {
  for (const kind of ["change", "input"]) {
    document.addEventListener(kind, (event) => {
      const form = event.target.closest("form[data-unsaved]");
      if (form && !("dirty" in form.dataset)) form.dataset.dirty = "";
    });
  }
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) settled = event.target.closest("form[data-unsaved]");
  });
  document.addEventListener("click", (event) => {
    const discards = event.target.closest("[data-discards]");
    if (discards) settled = discards.closest("form[data-unsaved]");
  });
  window.addEventListener("pageshow", () => (settled = null));
  window.addEventListener("beforeunload", (event) => {
    if (!othersAreDirty()) return;
    event.preventDefault();
    // runs when the answer was to stay
    setTimeout(() => {
      settled = null;
      document.dispatchEvent(new Event("stayed"));
    }, 0);
  });
}
