// The theme is a cookie that the server reads, so a page arrives in its colours.
on("click", "[data-theme-form] button", (button, event) => {
  event.preventDefault();
  const theme = button.value;
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `theme=${theme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  for (const other of findAll("[data-theme-form] button")) {
    other.setAttribute("aria-pressed", String(other.value === theme));
  }
});
