// A box above a long list of available items that hides those without the typed text.
const LONG = 12;

function apply(list, text) {
  for (const item of list.children) {
    item.hidden = !item.querySelector(".dual-label").textContent.toLowerCase().includes(text);
  }
}

export function enhance(root) {
  for (const list of root.querySelectorAll("[data-dual-available]:not([data-filtered])")) {
    if (list.children.length <= LONG) continue;
    list.dataset.filtered = "";
    const box = document.createElement("input");
    box.type = "search";
    box.className = "form-control form-control-sm dual-filter";
    box.placeholder = "Filter the list";
    box.setAttribute("aria-label", "Filter the available list");
    box.addEventListener("input", () => apply(list, box.value.trim().toLowerCase()));
    // it belongs to no form: neither Enter nor typing is a change to save
    box.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
    box.addEventListener("change", (event) => event.stopPropagation());
    list.before(box);
  }
}
