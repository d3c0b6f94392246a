// A select[data-picker] becomes a box to type in: any words of a field's name narrow the list. The select stays and
// holds the value; without scripts it is what people use.
const MOST = 60;
let focused = "";

function icon(type) {
  const found = document.querySelector(`template[data-type-icon="${type}"]`);
  return found ? found.content.cloneNode(true) : document.createDocumentFragment();
}

function textOf(select) {
  const option = select.selectedOptions[0];
  return option?.value ? option.textContent.trim() : "";
}

function fits(option, words) {
  const text = option.textContent.toLowerCase();
  return option.value && words.every((word) => text.includes(word));
}

class Picker {
  constructor(select) {
    this.select = select;
    this.box = document.createElement("div");
    this.box.className = "picker";
    this.input = document.createElement("input");
    this.list = document.createElement("ul");
    const id = `${select.id}-box`;
    Object.assign(this.input, { id, type: "text", className: "form-select", autocomplete: "off", spellcheck: false });
    Object.assign(this.list, { id: `${id}-list`, className: "picker-list", hidden: true });
    const attributes = { role: "combobox", "aria-expanded": "false", "aria-controls": this.list.id, "aria-autocomplete": "list" };
    for (const [name, value] of Object.entries(attributes)) this.input.setAttribute(name, value);
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Fields");
    this.input.placeholder = select.options[0]?.value ? "" : select.options[0]?.textContent ?? "";
    this.input.disabled = select.matches(":disabled");
    for (const label of select.labels) label.htmlFor = id;
    select.before(this.box);
    this.box.append(this.input, this.list, select);
    select.classList.add("visually-hidden");
    select.tabIndex = -1;
    select.setAttribute("aria-hidden", "true");
    this.show();
    this.listen();
  }

  listen() {
    this.select.addEventListener("change", () => this.show());
    this.input.addEventListener("input", (event) => (event.stopPropagation(), this.open(this.input.value)));
    this.input.addEventListener("change", (event) => event.stopPropagation());
    // What is typed takes the place of the field that is chosen.
    this.input.addEventListener("click", () => {
      if (this.list.hidden) this.input.select();
      this.open("");
    });
    this.input.addEventListener("focus", () => ((focused = this.input.id), this.input.select()));
    this.input.addEventListener("blur", () => this.close());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const item = event.target.closest("[role=option]:not([aria-disabled])");
      if (item) this.choose(item);
    });
  }

  show() {
    this.input.value = textOf(this.select);
  }

  open(typed) {
    const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
    const found = [...this.select.options].filter((option) => fits(option, words));
    this.list.replaceChildren(...found.slice(0, MOST).map((option) => this.item(option)));
    if (found.length !== this.list.children.length || !found.length) this.list.append(this.note(found.length));
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.mark(this.list.querySelector("[aria-selected=true]") ?? (words.length ? this.free()[0] : null));
  }

  item(option) {
    const item = document.createElement("li");
    item.id = `${this.list.id}-${option.index}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", String(option.selected));
    if (option.disabled) item.setAttribute("aria-disabled", "true");
    item.append(icon(option.dataset.type), option.textContent);
    return item;
  }

  note(number) {
    const item = document.createElement("li");
    item.setAttribute("role", "option");
    item.setAttribute("aria-disabled", "true");
    item.setAttribute("aria-selected", "false");
    item.textContent = number ? `${number - MOST} more: type a part of the name` : "No field has these words in its name";
    return item;
  }

  free() {
    return [...this.list.querySelectorAll("[role=option]:not([aria-disabled])")];
  }

  mark(item) {
    this.list.querySelector(".is-active")?.classList.remove("is-active");
    item?.classList.add("is-active");
    item?.scrollIntoView({ block: "nearest" });
    if (item) this.input.setAttribute("aria-activedescendant", item.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.mark(null);
    this.show();
  }

  choose(item) {
    const index = Number(item.id.slice(this.list.id.length + 1));
    const changed = this.select.selectedIndex !== index;
    this.select.selectedIndex = index;
    this.close();
    if (changed) this.select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  key(event) {
    const active = this.list.querySelector(".is-active");
    if (event.key === "Escape" && !this.list.hidden) return (event.preventDefault(), this.close());
    if (event.key === "Enter") return (event.preventDefault(), active && !this.list.hidden && this.choose(active));
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    if (this.list.hidden) return this.open("");
    const free = this.free();
    const step = event.key === "ArrowDown" ? 1 : -1;
    const place = active ? (free.indexOf(active) + step + free.length) % free.length : step > 0 ? 0 : free.length - 1;
    this.mark(free[place]);
  }
}

export function enhance(root) {
  for (const select of root.querySelectorAll("select[data-picker]:not([aria-hidden])")) {
    const picker = new Picker(select);
    // the part of the page that held the focus was replaced
    if (picker.input.id === focused && document.activeElement === document.body) picker.input.focus();
  }
}
