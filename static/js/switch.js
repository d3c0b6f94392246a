// The button that goes through system, light, dark and remembers it in this browser.
const CHOICES = ["system", "light", "dark"];

function read() {
  try {
    return localStorage.getItem("colours") || "system";
  } catch {
    return "system";
  }
}

function say(button) {
  button.querySelector("[data-theme-word]").textContent = `Colours: ${read()}`;
}

export function start() {
  for (const button of document.querySelectorAll("[data-theme-switch]")) {
    say(button);
    button.addEventListener("click", () => {
      const next = CHOICES[(CHOICES.indexOf(read()) + 1) % CHOICES.length];
      localStorage.setItem("colours", next);
      document.dispatchEvent(new Event("colours"));
      say(button);
    });
  }
}
