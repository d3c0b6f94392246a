// Keys of every page: "/" finds a record, "g" and a letter open a page, "?" lists them. Nothing happens while one types.
const PAGES = { o: "/", r: "/runs/", e: "/records/", l: "/logs/" };
let going = false;

const typing = (target) => target.closest("input, textarea, select, [contenteditable], dialog");

function closeMenus(event) {
  const open = document.querySelector("details:is(.list-menu, .plan-menu)[open]");
  if (!open) return;
  open.open = false;
  if (open.contains(event.target)) open.querySelector("summary").focus();
}

export function start() {
  const box = document.querySelector("[data-search-box]");
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeMenus(event);
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const page = going && PAGES[event.key];
    going = event.key === "g";
    if (page && document.getElementById("keys")) location.assign(page);
    else if (event.key === "?") document.getElementById("keys")?.showModal();
    else if (event.key === "/" && box) {
      event.preventDefault();
      box.focus();
      box.select();
    }
  });
  // one menu at a time, and none once one presses elsewhere
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details:is(.list-menu, .plan-menu)[open]"))
      if (!menu.contains(event.target)) menu.open = false;
  });
}
