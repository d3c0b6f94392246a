// Puts the values of the tried record, which come with the Try it section, beside the rows of the mapping editor.
function fill(selector, source) {
  const cell = document.querySelector(selector);
  if (!cell || !source) return;
  cell.replaceChildren(...[...source.childNodes].map((node) => node.cloneNode(true)));
  cell.hidden = false;
}

function spread(part) {
  for (const row of part.querySelectorAll("[data-for]")) {
    const key = CSS.escape(row.dataset.for);
    fill(`[data-sample="${key}"]`, row.querySelector("[data-is=sample]"));
    fill(`[data-preview="${key}"]`, row.querySelector("[data-is=preview]"));
  }
  const flows = part.querySelector("[data-is=flows] [data-flows]");
  if (flows) document.querySelector("#fields [data-flows]")?.replaceWith(flows.cloneNode(true));
  fill("[data-tag-preview]", part.querySelector("[data-is=tags]"));
  const record = document.querySelector("[data-tried-record]");
  if (record) record.value = part.dataset.tried;
  // rows that are not saved are known to the server only when it is asked again; why a save was refused stays there
  const form = document.querySelector("#fields-form[data-dirty]:not([data-refused])");
  if (form) window.htmx.trigger(form, "tried");
}

// The section of the flows says what those of the mapping editor say.
function repeat() {
  const flows = document.querySelector("#fields [data-flows]");
  const here = document.querySelector("[data-flows-here]");
  if (flows && here && here.innerHTML !== flows.outerHTML) here.replaceChildren(flows.cloneNode(true));
}

export function start() {
  document.addEventListener("htmx:load", (event) => {
    const part = event.detail.elt.querySelector?.("[data-tried]");
    if (part) spread(part);
    repeat();
  });
}
