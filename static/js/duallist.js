// Makes the moves of components/dual_list.html without asking the server, and adds dragging.
const DRAGGING = "../vendor/sortable/modular/sortable.esm.js";

function label(item) {
  return item.querySelector(".dual-label").textContent;
}

function parts(box) {
  return {
    chosen: box.querySelector("[data-dual-chosen]"),
    available: box.querySelector("[data-dual-available]"),
    says: box.querySelector("[data-dual-says]"),
  };
}

function order(box) {
  return [...parts(box).chosen.children].map((item) => item.dataset.value);
}

// The markup of an item comes from the template elements that the server sent along, so there is one place for it.
function make(box, kind, item) {
  const fresh = box.querySelector(`template[data-dual-${kind}-item]`).content.firstElementChild.cloneNode(true);
  const value = item.dataset.value;
  fresh.dataset.value = value;
  fresh.querySelector(".dual-label").textContent = label(item);
  const input = fresh.querySelector("input");
  if (input) input.value = value;
  for (const button of fresh.querySelectorAll("button")) {
    button.value = button.value + value;
    button.setAttribute("aria-label", button.getAttribute("aria-label").replace("…", label(item)));
  }
  return fresh;
}

function move(box, action, item) {
  const { chosen, available, says } = parts(box);
  let kept = item;
  if (action === "up" && item.previousElementSibling) item.previousElementSibling.before(item);
  if (action === "down" && item.nextElementSibling) item.nextElementSibling.after(item);
  if (action === "add") chosen.append((kept = make(box, "chosen", item)));
  if (action === "remove") available.append((kept = make(box, "available", item)));
  if (kept !== item) item.remove();
  const place = order(box).indexOf(kept.dataset.value) + 1;
  says.textContent = place ? `${label(kept)}: place ${place} of ${order(box).length}` : `${label(kept)} removed`;
  (kept.querySelector(`button[value*=":${action}:"]`) || kept.querySelector("button")).focus();
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

async function allowDragging(box) {
  const { default: Sortable } = await import(DRAGGING);
  Sortable.create(parts(box).chosen, {
    handle: ".dual-grip",
    animation: 120,
    onEnd: () => box.dispatchEvent(new Event("change", { bubbles: true })),
  });
  box.dataset.draggable = "";
}

export function enhance(root) {
  for (const box of root.querySelectorAll("[data-dual]:not([data-enhanced])")) {
    box.dataset.enhanced = "";
    box.addEventListener("click", (event) => {
      const button = event.target.closest("button[name='dual_list_move']");
      if (!button) return;
      event.preventDefault();
      move(box, button.value.split(":")[1], button.closest("li"));
    });
    if ("ordered" in box.dataset) allowDragging(box);
  }
}
