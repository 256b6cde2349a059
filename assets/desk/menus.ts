/** Menus close when one looks elsewhere, and give the focus back. */

export function closeMenus(but: Element | null = null): void {
  for (const menu of Array.from(document.querySelectorAll("details[data-menu][open]")))
    if (menu !== but) menu.removeAttribute("open");
}

export function watchMenus(): void {
  document.addEventListener("click", (event) => {
    const inside = (event.target as Element).closest("details[data-menu]");
    closeMenus(inside);
  });
  document.addEventListener("keydown", (event) => {
    const menu = document.querySelector<HTMLElement>("details[data-menu][open]");
    if (event.key !== "Escape" || !menu) return;
    menu.removeAttribute("open");
    menu.querySelector("summary")?.focus();
    event.preventDefault(); // this Escape has done its work
  });
}
