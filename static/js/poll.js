// <div data-poll="/runs/7/status/" data-poll-seconds="2"> is fetched again and replaced by the answer, until an
// answer comes without data-poll. Waits while the tab is hidden or a dialog of the part is open, backs off while the
// server does not answer, keeps the focus where it was, and shows data-tab-title in the tab.
const SLOWEST = 30;

function title(part) {
  if (part.dataset.tabTitle) document.title = part.dataset.tabTitle;
}

function later(part, seconds) {
  setTimeout(() => ask(part, seconds), seconds * 1000);
}

function visible() {
  if (document.visibilityState === "visible") return Promise.resolve();
  return new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }));
}

function replace(part, fresh) {
  const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
  part.replaceWith(fresh);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

async function ask(part, seconds) {
  await visible();
  if (!part.isConnected) return;
  if (part.querySelector("dialog[open]")) return later(part, seconds);
  let text;
  try {
    const answer = await fetch(part.dataset.poll, { headers: { "HX-Request": "true" }, redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    text = await answer.text();
  } catch {
    part.classList.add("is-stale");
    later(part, Math.min(SLOWEST, seconds * 2));
    return;
  }
  const fresh = new DOMParser().parseFromString(text, "text/html").body.firstElementChild;
  if (!fresh) return;
  if (part.querySelector("dialog[open]")) return later(part, seconds);
  replace(part, fresh);
  title(fresh);
  window.htmx?.process(fresh);
  enhance(fresh.parentElement);
}

export function enhance(root) {
  for (const part of root.querySelectorAll("[data-poll]:not([data-polling])")) {
    part.dataset.polling = "";
    title(part);
    later(part, Number(part.dataset.pollSeconds || 2));
  }
}
