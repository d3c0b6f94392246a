// What a person cannot read without scrolling sideways, a sentence each; nothing for a page that fits. A link may be cut to
// a few lines: it leads to where all of it stands.
(tallest) => {
  const found = [];
  const wrong = new Map();
  const name = (el) => `<${el.tagName.toLowerCase()} class="${el.getAttribute("class") || ""}"> ${el.textContent.trim().replace(/\s+/g, " ").slice(0, 60)}`;
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth) found.push(`the page is ${wide} wide in a window of ${innerWidth}`);
  for (const el of document.body.querySelectorAll("*")) {
    if (el.closest("svg, .visually-hidden, .skip-link, dialog:not([open]), option, select")) continue;
    if (!el.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const box = el.getBoundingClientRect(), style = getComputedStyle(el);
    if (box.width <= 1 || !box.height || style.clipPath !== "none") continue;
    if (box.right > innerWidth + 1 || box.left < -1) wrong.set(el, `beyond the window: ${name(el)}`);
    else if (style.display !== "inline" && !el.matches("input, textarea") && el.scrollWidth > el.clientWidth + 1)
      wrong.set(el, `wider than its place by ${el.scrollWidth - el.clientWidth}: ${name(el)}`);
    if (style.overflowY === "hidden" && el.scrollHeight > el.clientHeight + 2 && !el.closest(".long-cut, a"))
      wrong.set(el, `cut off below: ${name(el)}`);
    if (el.matches("tbody > tr, .step-row") && box.height > tallest) wrong.set(el, `${Math.round(box.height)} high: ${name(el)}`);
  }
  // what sticks out makes everything around it stick out: the innermost is to blame
  for (const [el, reason] of wrong) if (![...wrong.keys()].some((other) => other !== el && el.contains(other))) found.push(reason);
  return found;
}
