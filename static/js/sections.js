// Marks the section that is being read in the list of sections, and keeps its link in view.
function mark(nav, name) {
  for (const link of nav.querySelectorAll("a")) {
    const here = link.hash === `#${name}`;
    if (here === link.hasAttribute("aria-current")) continue;
    link.toggleAttribute("aria-current", here);
    if (!here) continue;
    link.setAttribute("aria-current", "true");
    nav.scrollTo({ left: link.offsetLeft - nav.offsetLeft - 40 });
  }
}

// The last section whose top has passed the upper third of the window; at the end of the page, the last one.
function current(sections) {
  const root = document.documentElement;
  if (window.scrollY + window.innerHeight >= root.scrollHeight - 2) return sections.at(-1);
  const line = window.innerHeight / 3;
  return sections.filter((section) => section.getBoundingClientRect().top <= line).at(-1) ?? sections[0];
}

export function start() {
  const nav = document.querySelector("[data-sections]");
  if (!nav) return;
  const names = [...nav.querySelectorAll("a")].map((link) => link.hash.slice(1));
  const look = () => {
    const sections = names.map((name) => document.getElementById(name)).filter(Boolean);
    if (sections.length) mark(nav, current(sections).id);
  };
  let asked = 0;
  const soon = () => (asked ||= requestAnimationFrame(() => ((asked = 0), look())));
  window.addEventListener("scroll", soon, { passive: true });
  document.addEventListener("htmx:load", soon);
  look();
}
