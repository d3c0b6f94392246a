// Opening and closing dialogs, copying, closing a message. Listens once for the whole page.
async function copy(button) {
  await navigator.clipboard.writeText(button.dataset.copy);
  const word = button.querySelector("[data-copy-word]");
  const before = word.textContent;
  word.textContent = "Copied";
  setTimeout(() => (word.textContent = before), 2000);
}

function sendable() {
  for (const button of document.querySelectorAll(".is-sending")) button.classList.remove("is-sending");
}

export function start() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-opens], [data-closes], [data-copy], [data-dismiss]");
    if (!button) return;
    if (button.dataset.opens) document.getElementById(button.dataset.opens).showModal();
    if ("closes" in button.dataset) button.closest("dialog").close();
    if (button.dataset.copy) copy(button);
    if ("dismiss" in button.dataset) button.closest(".alert").remove();
  });
  // a form that takes a while says so, and is not sent twice
  document.addEventListener("submit", (event) => {
    if (event.target.method !== "post" || event.defaultPrevented) return;
    const pressed = event.submitter;
    setTimeout(() => pressed?.classList.add("is-sending"), 0);
  });
  window.addEventListener("pageshow", sendable);
  document.addEventListener("stayed", sendable); // unsaved.js: the page was not left after all
}
