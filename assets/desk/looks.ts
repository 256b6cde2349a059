/** How the desk looks to one member: how close its rows are, how many panes it has. Kept by the server. */
import { isSeen } from "./focus";
import { complain, desk, openId, post } from "./page";

export function changeDensity(): void {
  const next = desk().dataset.density === "compact" ? "comfortable" : "compact";
  desk().dataset.density = next;
  keep({ density: next });
}

export function changePanes(): void {
  const next = desk().dataset.panes === "2" ? "3" : "2";
  desk().dataset.panes = next;
  keep({ panes: next });
}

/** Leave the open conversation, where it covers the list. */
export function backToList(): void {
  document.querySelector<HTMLElement>("#head [data-back]")?.click();
}

/** Show the person, and go there: beside the conversation, or in the drawer over it. */
export function showPerson(): void {
  const card = document.getElementById("person");
  if (!isSeen(card)) document.body.classList.add("drawer-person");
  card?.focus();
}

/** Close what lies over the conversation, and go back to it. */
export function closeDrawers(): void {
  const open = document.body.classList.contains("drawer-person");
  document.body.classList.remove("drawer-person", "drawer-views");
  if (open) document.getElementById("main")?.focus();
}

export function watchLooks(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    if (target.closest("[data-density-next]")) changeDensity();
    if (target.closest("[data-panes-next]")) changePanes();
    if (!target.closest("[data-back]")) return;
    event.preventDefault();
    const row = openId() ? `#row-${openId()}` : "";
    location.assign(`/desk/${desk().dataset.view}/${row}`);
  });
}

/** Where the names of pages stand in one line, the current one is in sight. */
export function showCurrent(): void {
  document
    .querySelector(".rooms-list [aria-current], #views [aria-current]")
    ?.scrollIntoView({ block: "nearest", inline: "center" });
}

function keep(values: Record<string, string>): void {
  post("/desk/looks/", values).catch(complain);
}
