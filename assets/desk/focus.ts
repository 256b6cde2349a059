/** The focus is never lost: where what had it is gone or hidden, what stands around it has it. */

/** The parts of the desk in the order one reads them, and where each is entered. */
const PARTS: [string, string][] = [
  [".views", "#views [aria-current], #views a"],
  [".list", ".rows .item[aria-current]"],
  [".list", ".rows .item"],
  [".list", ".list header button"],
  ["#bulk", "#bulk button:not([hidden])"],
  ["#jobs", "#jobs button, #jobs summary"],
  ["#talk", "#talk"],
  ["#split-bar", "#split-bar button:not(:disabled)"],
  ["#compose", "#say"],
  ["#person", "#person"],
  ["#toasts", "#toasts button"],
  [".rail", ".rail a"],
];
const FIELDS = "[autofocus], input:not([type=hidden]), select, textarea, button";
let last: HTMLElement | null = null;
let around: Element[] = [];
let looking = 0;

export const isSeen = (place: Element | null): boolean =>
  place?.closest("[inert]") === null && place.checkVisibility({ visibilityProperty: true });

/** Whether the focus is somewhere one can see. */
const isKept = (): boolean => {
  const now = document.activeElement;
  return now !== null && now !== document.body && isSeen(now);
};

export function watchFocus(): void {
  document.addEventListener("focusin", (event) => {
    last = event.target as HTMLElement;
    around = pathOf(last);
  });
  document.addEventListener("focusout", (event) => {
    const left = event.target as Element;
    if (event.relatedTarget === null) setTimeout(() => isSeen(left) && !isKept() && forget());
  });
  new MutationObserver(lookSoon).observe(document.body, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["open", "hidden"],
  });
}

/** Look once the page is drawn: what is seen costs nothing to ask then, and many changes ask once. */
function lookSoon(): void {
  if (looking) return;
  looking = requestAnimationFrame(() => {
    looking = 0;
    if (last && !isKept() && !isSeen(last)) rescue();
  });
}

/** Whoever left a field on purpose wants the focus nowhere. */
function forget(): void {
  last = null;
  around = [];
}

function pathOf(place: Element): Element[] {
  const above = place.parentElement;
  return above ? [above, ...pathOf(above)] : [];
}

/** Give the focus to the nearest place around where it was: a menu's button, a dialog, a part of the desk. */
function rescue(): void {
  for (const place of [...around.filter(isSeen), document.getElementById("main")]) {
    const entry = place && entryOf(place);
    entry?.focus({ preventScroll: true });
    if (entry && document.activeElement === entry) return;
  }
}

function entryOf(place: Element): HTMLElement | null {
  if (place.matches("details")) return place.querySelector("summary");
  if (place.matches("dialog")) return place.querySelector<HTMLElement>(FIELDS);
  return place.hasAttribute("tabindex") ? (place as HTMLElement) : null;
}

/** Go to the next (1) or previous (-1) part of the desk that is there. */
export function goToPart(by: 1 | -1): void {
  const here = document.activeElement;
  const there = PARTS.map(([part, entry]) => ({
    isHere: here?.closest(part) != null,
    part,
    entry: Array.from(document.querySelectorAll<HTMLElement>(entry)).find(isSeen),
  })).filter(
    (one, i, all) => one.entry && all.findIndex((o) => o.part === one.part && o.entry) === i,
  );
  const now = there.findIndex((one) => one.isHere);
  const next = now < 0 && by < 0 ? 0 : now + by;
  there[(next + there.length) % there.length]?.entry?.focus();
}

/** Leave a field: for the words around it, where there are some to read. */
export function leaveField(field: HTMLElement): void {
  const talk = field.closest("main") && document.getElementById("talk");
  const row = field.closest(".views") && document.querySelector<HTMLElement>(".rows .item");
  const next = talk || row;
  if (next && isSeen(next)) next.focus();
  else field.blur();
}
