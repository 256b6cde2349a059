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
    if (menu && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      move(menu, event);
      return;
    }
    if (event.key !== "Escape" || !menu) return;
    menu.removeAttribute("open");
    menu.querySelector("summary")?.focus();
    event.preventDefault(); // this Escape has done its work
  });
}

/** The arrows go through the choices of an open menu, unless one writes or chooses there. */
function move(menu: HTMLElement, event: KeyboardEvent): void {
  if ((event.target as Element).matches("input, select, textarea")) return;
  const choices = Array.from(menu.querySelectorAll<HTMLElement>(".choice"));
  const now = choices.indexOf(document.activeElement as HTMLElement);
  const next = now + (event.key === "ArrowDown" ? 1 : -1);
  event.preventDefault();
  choices[(next + choices.length) % choices.length]?.focus();
}
