// A click anywhere in a row follows the row's link, also on parts that lie above it.

const ACTIVE = "a, button, input, select, textarea, label, summary, [popover]";

export function linkRows() {
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.target.closest(ACTIVE) || !document.getSelection()?.isCollapsed) return;
    const link = event.target.closest(".table.linked tbody tr")?.querySelector("a.row-link");
    if (!link) return;
    if (event.ctrlKey || event.metaKey) window.open(link.href, "_blank", "noopener");
    else link.click();
  });
}
