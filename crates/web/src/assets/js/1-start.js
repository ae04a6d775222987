// Scripts only add comfort. Each finds its work by data attributes and does nothing without it.
const root = document.documentElement;
root.dataset.script = "";

const find = (selector, from = document) => from.querySelector(selector);
const findAll = (selector, from = document) => [...from.querySelectorAll(selector)];

/** Calls `run` for every `type` event whose target lies in a `selector`. */
const on = (type, selector, run) =>
  document.addEventListener(type, (event) => {
    const hit = event.target instanceof Element && event.target.closest(selector);
    if (hit) run(hit, event);
  });

/** Whether keys go into a field. */
const typing = (target) =>
  target instanceof Element &&
  (target.closest("textarea, select, [contenteditable]") !== null ||
    (target.matches("input") && !target.matches("[type=checkbox], [type=radio], [type=button]")));

// Relative times follow the server's clock, which need not be the browser's.
const serverNow = Number(root.dataset.now) || Date.now();
const offset = serverNow - Date.now();
const words = new Intl.RelativeTimeFormat("en", { numeric: "always" });
const units = [
  ["year", 31536000],
  ["month", 2592000],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];

const refreshTimes = () => {
  for (const time of findAll("time[data-ago]")) {
    const ahead = Math.round((Date.parse(time.dateTime) - Date.now() - offset) / 1000);
    const unit = units.find(([, seconds]) => Math.abs(ahead) >= seconds);
    time.textContent = unit ? words.format(Math.trunc(ahead / unit[1]), unit[0]) : "just now";
  }
};
setInterval(refreshTimes, 30000);

// Copying.
on("click", "[data-copy]", async (button) => {
  const label = find("span", button);
  const before = label ? label.textContent : button.getAttribute("aria-label");
  const say = (text) => (label ? (label.textContent = text) : button.setAttribute("aria-label", text));
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.dataset.copied = "";
    say("Copied");
  } catch {
    say("Copy it by hand");
  }
  setTimeout(() => {
    delete button.dataset.copied;
    say(before);
  }, 1600);
});

// Dialogs: the link is the way without script.
on("click", "[data-dialog]", (link, event) => {
  const dialog = document.getElementById(link.dataset.dialog);
  if (!(dialog instanceof HTMLDialogElement) || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  dialog.showModal();
});

on("click", "dialog", (dialog, event) => {
  if (event.target !== dialog) return;
  const box = dialog.getBoundingClientRect();
  const inside =
    event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!inside) dialog.close();
});

// Menus made of details close when one turns elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of findAll("details.drop[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of findAll("details.drop[open]")) {
    menu.open = false;
    find("summary", menu).focus();
  }
});

// What is wrong with a form is read first.
find(".main [data-focus]:not(.guide-part *), .bare-main [data-focus]")?.focus();
