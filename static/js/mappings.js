// What only the mapping pages need. Each module improves markup that works without it.
import * as dualfilter from "./dualfilter.js";
import * as failures from "./failures.js";
import * as picker from "./picker.js";
import * as savebar from "./savebar.js";
import * as sections from "./sections.js";
import * as tried from "./tried.js";
import * as unsaved from "./unsaved.js";

failures.start();
unsaved.start();
tried.start();
sections.start();
savebar.start();
for (const module of [dualfilter, picker]) {
  module.enhance(document);
  document.addEventListener("htmx:load", (event) => module.enhance(event.detail.elt));
}
