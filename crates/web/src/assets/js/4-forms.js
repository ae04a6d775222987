// Type to check: the field's value goes to its path, the answer goes into its target.
const asked = new WeakMap();

const ask = async (input, target) => {
  asked.get(input)?.abort();
  const control = new AbortController();
  asked.set(input, control);
  const url = new URL(input.dataset.live, location.href);
  url.searchParams.set(input.name, input.value.trim());
  target.dataset.waiting = "";
  try {
    const answer = await fetch(url, {
      headers: { Accept: "text/html", "X-Fragment": "1" },
      signal: control.signal,
      credentials: "same-origin",
    });
    const text = await answer.text();
    // Whole pages, such as the one to sign in again, do not belong into a line.
    if (answer.ok && !answer.redirected) target.innerHTML = text;
    else target.textContent = answer.status === 429 ? "Too many questions for now. Try again in a while." : "";
  } catch (error) {
    if (error.name === "AbortError") return;
    target.textContent = "";
  }
  delete target.dataset.waiting;
};

const later = new WeakMap();
on("input", "[data-live]", (input) => {
  const target = document.getElementById(input.dataset.liveTarget);
  if (!target) return;
  clearTimeout(later.get(input));
  if (input.value.trim().length < 2) {
    asked.get(input)?.abort();
    target.replaceChildren();
    delete target.dataset.waiting;
    return;
  }
  // A name is finished when its writer pauses; a domain when it has its ending.
  const pause = input.value.includes(".") ? 250 : 500;
  later.set(input, setTimeout(() => ask(input, target), pause));
});

// Filters that need no second step.
on("change", "[data-submits]", (field) => field.form?.requestSubmit());

// Fields left empty would only lengthen the address.
on("submit", "form.filters", (form) => {
  const empty = [...form.elements].filter((field) => field.name && field.value === "" && !field.disabled);
  for (const field of empty) field.disabled = true;
  setTimeout(() => {
    for (const field of empty) field.disabled = false;
  });
});

// A second press while the first is under way would do nothing; it is shown and held back.
on("submit", "form[method=post]", (form, event) => {
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  event.submitter?.setAttribute("aria-busy", "true");
  // An answer that is saved as a file leaves the page standing.
  setTimeout(release, 10000);
});
const release = () => {
  for (const form of findAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of findAll("[aria-busy=true]")) button.removeAttribute("aria-busy");
};
addEventListener("pageshow", release);

// What was typed stays in the tab until it is sent; after that for whoever goes back, since browsers
// do not fill fields again that complete nothing by themselves.
const kept = (form) =>
  [...form.elements].filter(
    (field) => field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type) && field.localName !== "fieldset",
  );

const keepAll = (form) => {
  const values = kept(form).map((field) => [field.name, field.type === "checkbox" || field.type === "radio" ? field.checked : field.value]);
  sessionStorage.setItem(`keep:${form.dataset.keep}`, JSON.stringify(values));
  sessionStorage.removeItem(`sent:${form.dataset.keep}`);
};

const cameBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward";

for (const form of findAll("form[data-keep]")) {
  if (sessionStorage.getItem(`sent:${form.dataset.keep}`) && !cameBack) {
    sessionStorage.removeItem(`keep:${form.dataset.keep}`);
    sessionStorage.removeItem(`sent:${form.dataset.keep}`);
  }
  const stored = sessionStorage.getItem(`keep:${form.dataset.keep}`);
  // A form that came back with errors already holds what was sent.
  if (stored && !find(".error-summary", form)) {
    const values = JSON.parse(stored);
    kept(form).forEach((field, at) => {
      const [name, value] = values[at] ?? [];
      if (name !== field.name) return;
      if (typeof value === "boolean") field.checked = value;
      else if (field.value === "" || field.localName === "select") field.value = value;
    });
  }
}
on("input", "form[data-keep]", keepAll);
on("submit", "form[data-keep]", (form) => {
  keepAll(form);
  sessionStorage.setItem(`sent:${form.dataset.keep}`, "1");
});
