// <span data-ticks="41.5">41 s</span> counts on by the second, with data-ticks-down towards nothing. The server says how
// long it was when the page was made; parts that are fetched again start from what they say.
const shown = new WeakMap();

function lasting(seconds) {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function tick() {
  const now = performance.now();
  for (const part of document.querySelectorAll("[data-ticks]")) {
    if (!shown.has(part)) shown.set(part, now);
    const passed = (now - shown.get(part)) / 1000;
    const said = Number(part.dataset.ticks);
    if (passed >= 1) part.textContent = lasting(Math.max(0, "ticksDown" in part.dataset ? said - passed : said + passed));
  }
}

export function start() {
  tick();
  setInterval(tick, 1000);
}
