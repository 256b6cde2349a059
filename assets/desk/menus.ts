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
    if (menu && event.key.startsWith("Arrow")) {
      move(menu, event);
      return;
    }
    if (event.key === "Tab" && menu) setTimeout(() => leave(menu));
    if (event.key !== "Escape" || !menu) return;
    menu.removeAttribute("open");
    menu.querySelector("summary")?.focus();
    event.preventDefault(); // this Escape has done its work
  });
}

/** Whoever goes on by Tab leaves the menu behind. */
function leave(menu: HTMLElement): void {
  const now = document.activeElement;
  if (now && now !== document.body && !menu.contains(now)) menu.removeAttribute("open");
}

/** The arrows go through the choices of an open menu, also where they stand side by side. */
function move(menu: HTMLElement, event: KeyboardEvent): void {
  if ((event.target as Element).matches("input, select, textarea")) return;
  const choices = Array.from(menu.querySelectorAll<HTMLElement>(".choice, [data-emoji]"));
  const now = choices.indexOf(document.activeElement as HTMLElement);
  const wide = choices.filter((one) => one.offsetTop === choices[0]?.offsetTop).length;
  const steps: Record<string, number> = { ArrowDown: wide, ArrowUp: -wide };
  if (wide > 1) Object.assign(steps, { ArrowRight: 1, ArrowLeft: -1 });
  const by = steps[event.key];
  if (!by) return;
  const next = now < 0 ? (by > 0 ? 0 : -1) : now + by;
  event.preventDefault();
  choices[(next + choices.length) % choices.length]?.focus();
}
