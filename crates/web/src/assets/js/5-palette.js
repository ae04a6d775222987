// The command palette: places of the rail at once, everything else from /search.json.
const palette = document.getElementById("palette");

if (palette) {
  const input = document.getElementById("palette-input");
  const list = document.getElementById("palette-list");
  const status = find("[data-palette-status]", palette);
  const places = [...(find("[data-palette-places]")?.content.querySelectorAll("a") ?? [])].map((link) => ({
    title: link.textContent,
    detail: link.dataset.group,
    href: link.getAttribute("href"),
  }));
  let running = null;
  let timer = 0;

  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const hits = () => findAll(".palette-hit", list);
  const chosen = () => find("[aria-selected=true]", list);

  const choose = (hit) => {
    chosen()?.setAttribute("aria-selected", "false");
    if (hit) {
      hit.setAttribute("aria-selected", "true");
      hit.scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", hit.id);
    } else input.removeAttribute("aria-activedescendant");
  };

  const show = (groups) => {
    list.replaceChildren();
    let count = 0;
    for (const group of groups) {
      if (group.items.length === 0) continue;
      const box = document.createElement("div");
      box.role = "group";
      box.setAttribute("aria-label", group.label);
      const title = document.createElement("div");
      title.className = "palette-group";
      title.role = "presentation";
      title.textContent = group.label;
      box.append(title);
      for (const item of group.items) {
        // Only paths of our own are followed.
        if (!item.href.startsWith("/") || item.href.startsWith("//")) continue;
        const hit = document.createElement("a");
        hit.className = "palette-hit";
        hit.role = "option";
        hit.id = `palette-hit-${count++}`;
        hit.href = item.href;
        hit.tabIndex = -1;
        hit.setAttribute("aria-selected", "false");
        const name = document.createElement("span");
        name.textContent = item.title;
        const detail = document.createElement("small");
        detail.textContent = item.detail ?? "";
        hit.append(name, detail);
        box.append(hit);
      }
      list.append(box);
    }
    choose(hits()[0]);
    return count;
  };

  const here = (query) => ({
    label: "Go to",
    items: places.filter((place) => plain(place.title).includes(plain(query))).slice(0, query ? 5 : 12),
  });

  const look = async () => {
    const query = input.value.trim();
    running?.abort();
    show([here(query)]);
    status.textContent = "";
    if (query.length < 2) return;
    running = new AbortController();
    try {
      const answer = await fetch(`/search.json?q=${encodeURIComponent(query)}`, {
        headers: { Accept: "application/json" },
        signal: running.signal,
        credentials: "same-origin",
      });
      if (!answer.ok) {
        status.textContent = answer.status === 401 ? "Sign in again to search." : "Search does not answer just now.";
        return;
      }
      const found = await answer.json();
      const count = show([here(query), ...(found.groups ?? [])]);
      status.textContent = count === 0 ? `Nothing found for “${query}”. Press Enter to search all pages.` : "";
    } catch (error) {
      if (error.name !== "AbortError") status.textContent = "Search does not answer just now.";
    }
  };

  const openPalette = () => {
    if (palette.open) return;
    palette.showModal();
    input.select();
    look();
  };

  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      openPalette();
    }
  });
  on("click", "[data-palette]", (link, event) => {
    if (event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    openPalette();
  });
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, 120);
  });
  input.addEventListener("keydown", (event) => {
    // A search field would use the first Escape up to empty itself.
    if (event.key === "Escape") {
      event.preventDefault();
      palette.close();
      return;
    }
    const all = hits();
    const at = all.indexOf(chosen());
    const moves = { ArrowDown: at + 1, ArrowUp: at - 1 };
    if (event.key in moves && all.length > 0) {
      event.preventDefault();
      choose(all[(moves[event.key] + all.length) % all.length]);
    } else if (event.key === "Enter" && chosen()) {
      event.preventDefault();
      if (event.ctrlKey || event.metaKey) open(chosen().href, "_blank", "noopener");
      else chosen().click();
    }
  });
}
