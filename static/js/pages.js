// What every page needs. Each module improves markup that works without it.
import * as buttons from "./buttons.js";
import * as choice from "./choice.js";
import * as dashboard from "./dashboard.js";
import * as duallist from "./duallist.js";
import * as keys from "./keys.js";
import * as poll from "./poll.js";
import * as selection from "./selection.js";
import * as switcher from "./switch.js";
import * as ticks from "./ticks.js";

switcher.start();
buttons.start();
dashboard.start();
keys.start();
selection.start();
ticks.start();
for (const module of [choice, duallist, poll]) {
  module.enhance(document);
  // parts that htmx puts into the page later
  document.addEventListener("htmx:load", (event) => module.enhance(event.detail.elt));
}
