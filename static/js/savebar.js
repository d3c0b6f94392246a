// One bar for the whole page: names the sections with unsaved changes, and saves all of them, each by its own form.
function dirtyForms() {
  return [...document.querySelectorAll("form[data-unsaved][data-dirty]")];
}

function nameOf(form) {
  const section = form.closest("section[id]");
  const link = document.querySelector(`[data-sections] a[href="#${section?.id}"]`);
  return (link ?? section?.querySelector("h2"))?.textContent.trim() ?? "";
}

function show(bar) {
  const names = dirtyForms().map(nameOf).filter(Boolean);
  const says = bar.querySelector("[data-save-says]");
  const text = `Unsaved changes in ${names.join(", ")}`;
  bar.hidden = names.length === 0;
  // the bar is among what is watched: to write the same text again would go on for ever
  if (says.dataset.names !== text) says.textContent = says.dataset.names = text;
}

// A save raises the revision by one; the other forms were made for the one before.
function follow(html) {
  const revision = /name="revision" value="(\d+)"/.exec(html)?.[1];
  if (!revision) return;
  for (const input of document.querySelectorAll("input[name=revision]")) input.value = revision;
}

// The section as the server shows it when it could not save: what was typed, and what is wrong with it.
function replace(section, html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").getElementById(section.id);
  if (!fresh) throw new Error("no such section");
  section.replaceWith(fresh);
  window.htmx.process(fresh);
  fresh.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true, detail: { elt: fresh } }));
  fresh.scrollIntoView();
  fresh.focus({ preventScroll: true });
}

// Returns whether the form was saved.
async function send(form) {
  const section = form.closest("section[id]");
  const button = form.querySelector(".section-save .btn-primary");
  const data = new FormData(form);
  data.set(button.name, button.value);
  const address = form.getAttribute("action").replace(/#.*/, ""); // a button is called action, too
  const answer = await fetch(address, { method: "POST", body: data, headers: { "HX-Request": "true" } });
  const html = await answer.text();
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  if (!answer.redirected) {
    replace(section, html);
    return false;
  }
  if (new URL(answer.url).pathname !== window.location.pathname) throw new Error("sign in again, then save");
  follow(html);
  form.removeAttribute("data-dirty");
  return true;
}

async function save(bar) {
  const says = bar.querySelector("[data-save-says]");
  const saved = [];
  bar.setAttribute("aria-busy", "true");
  for (const form of dirtyForms()) {
    const name = nameOf(form);
    const id = form.closest("section[id]").id;
    try {
      if (await send(form)) saved.push(id);
      else return (says.textContent = `${name} was not saved: see what is marked there`);
    } catch (problem) {
      return (says.textContent = `${name} was not saved: ${problem.message}`);
    } finally {
      bar.removeAttribute("aria-busy");
    }
  }
  if (saved.length) window.location.assign(`${window.location.pathname}?saved=${saved.join(",")}#${saved[0]}`);
}

export function start() {
  const bar = document.querySelector("[data-save-bar]");
  if (!bar) return;
  bar.querySelector("[data-save-all]").addEventListener("click", () => save(bar));
  bar.querySelector("[data-discard-all]").addEventListener("click", () => {
    for (const form of dirtyForms()) form.removeAttribute("data-dirty");
    window.location.assign(window.location.pathname);
  });
  const watched = { attributes: true, attributeFilter: ["data-dirty"], childList: true, subtree: true };
  new MutationObserver(() => show(bar)).observe(document.querySelector(".sections"), watched);
  show(bar);
}
