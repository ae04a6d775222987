// Lists: a row is a link, j and k walk, x ticks, / filters.
const rowLinks = () => findAll("[data-rows] [data-row] .row-link").filter((link) => link.checkVisibility?.() ?? true);

const walk = (step) => {
  const links = rowLinks();
  if (links.length === 0) return;
  const at = links.indexOf(document.activeElement);
  const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + step));
  links[next].focus();
  links[next].closest("[data-row]").scrollIntoView({ block: "nearest" });
};

const tickRow = () => {
  const row = document.activeElement?.closest("[data-row]");
  const box = row && find("input[type=checkbox][name=id]", row);
  if (!box) return;
  box.checked = !box.checked;
  box.dispatchEvent(new Event("change", { bubbles: true }));
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || find("dialog[open]")) return;
  const keys = {
    j: () => walk(1),
    k: () => walk(-1),
    x: tickRow,
    "/": () => find("[data-filter-focus]")?.focus(),
    "?": () => document.getElementById("shortcuts")?.showModal(),
  };
  // A button of the page that names a key goes before the list's own keys.
  const button = /^[a-z]$/.test(event.key) && find(`[data-key="${event.key}"]`);
  const run = button ? () => button.click() : keys[event.key];
  if (!run) return;
  event.preventDefault();
  run();
});

// The whole row answers a click, unless something in it was meant or text was marked.
on("click", "tr[data-row]", (row, event) => {
  if (event.target.closest("a, button, input, label, summary, select, .tickbox")) return;
  if (String(getSelection()) !== "") return;
  const link = find(".row-link[href]", row);
  if (!link) return;
  if (event.ctrlKey || event.metaKey) open(link.href, "_blank", "noopener");
  else link.click();
});

// Ticks. A finger that lands beside the box means the box.
on("click", "td.tickbox", (cell, event) => {
  if (event.target === cell) find("input", cell)?.click();
});

const boxes = () => findAll("[data-rows] .tickbox input[name=id]");
const countTicks = () => {
  const ticked = boxes().filter((box) => box.checked).length;
  for (const count of findAll("[data-tick-count]")) count.textContent = String(ticked);
  for (const all of findAll("[data-tick-all]")) {
    all.checked = ticked > 0 && ticked === boxes().length;
    all.indeterminate = ticked > 0 && !all.checked;
  }
};

let lastTicked = null;
on("click", ".tickbox input[name=id]", (box, event) => {
  const list = boxes();
  const from = list.indexOf(lastTicked);
  const to = list.indexOf(box);
  if (event.shiftKey && from >= 0) {
    for (const between of list.slice(Math.min(from, to), Math.max(from, to) + 1)) between.checked = box.checked;
  }
  lastTicked = box;
  countTicks();
});
on("change", "[data-tick-all]", (all) => {
  for (const box of boxes()) box.checked = all.checked;
  countTicks();
});
on("change", ".tickbox input[name=id]", countTicks);
addEventListener("pageshow", countTicks);
