// Chooses light or dark before the first paint, from what the person chose or else from the system.
// Loaded in the head and not deferred; everything else about the switch is in switch.js.
(function () {
  const root = document.documentElement;
  const system = window.matchMedia("(prefers-color-scheme: dark)");

  function chosen() {
    try {
      return localStorage.getItem("colours") || "system";
    } catch {
      return "system"; // storage is forbidden: follow the system
    }
  }

  function apply() {
    const choice = chosen();
    const dark = choice === "dark" || (choice === "system" && system.matches);
    root.setAttribute("data-bs-theme", dark ? "dark" : "light");
  }

  root.classList.add("js");
  system.addEventListener("change", apply);
  document.addEventListener("colours", apply);
  apply();
})();
