// <label data-selects="record">: ticks all boxes of that name in its form, and says how many are ticked. Rows are often
// exchanged: it listens once for the whole page.
const boxes = (form, name) => [...form.querySelectorAll(`input[type=checkbox][name="${name}"]`)];

function tell(all) {
  const found = boxes(all.form, all.dataset.selects);
  const ticked = found.filter((box) => box.checked).length;
  all.checked = ticked > 0 && ticked === found.length;
  all.indeterminate = ticked > 0 && ticked < found.length;
  const place = all.form.querySelector("[data-selected]");
  if (place) place.textContent = place.dataset.selected.replace("{n}", ticked);
}

export function start() {
  document.addEventListener("change", (event) => {
    const { form, name, dataset } = event.target;
    if (!form) return;
    if (dataset.selects) for (const box of boxes(form, dataset.selects)) box.checked = event.target.checked;
    const all = dataset.selects ? event.target : form.querySelector(`[data-selects="${CSS.escape(name || "")}"]`);
    if (all) tell(all);
  });
}
