// Radio buttons that each bring a group of fields along: only the chosen group is shown and can be filled in.
function show(box) {
  const chosen = box.querySelector("input[data-shows]:checked");
  for (const group of box.querySelectorAll("[data-shown-by]")) {
    group.hidden = !chosen || group.dataset.shownBy !== chosen.dataset.shows;
    group.disabled = group.hidden;
  }
}

export function enhance(root) {
  for (const box of root.querySelectorAll("[data-choice]")) {
    show(box);
    box.addEventListener("change", () => show(box));
  }
}
