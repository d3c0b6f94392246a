// The tables of the job dashboard, whose templates are not ours: labels for cards on a phone, and a box that ticks all.
export function start() {
  for (const table of document.querySelectorAll(".rq table")) {
    const heads = [...(table.tHead?.rows[0]?.cells ?? [])].map((cell) => cell.textContent.trim());
    if (!heads.length) continue;
    table.classList.add("table", "stacked");
    for (const row of table.tBodies[0]?.rows ?? [])
      [...row.cells].forEach((cell, place) => (cell.dataset.label = heads[place] ?? ""));
  }
  document.getElementById("action-toggle")?.addEventListener("change", (event) => {
    for (const box of document.querySelectorAll("input.action-select")) box.checked = event.target.checked;
  });
}
