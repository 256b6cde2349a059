/** How the desk looks to one member: how close its rows are, how many panes it has. Kept by the server. */
import { complain, desk, post } from "./page";

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

export function watchLooks(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    if (target.closest("[data-density-next]")) changeDensity();
    if (target.closest("[data-panes-next]")) changePanes();
    if (!target.closest("[data-back]")) return;
    event.preventDefault();
    location.assign(`/desk/${desk().dataset.view}/`);
  });
}

function keep(values: Record<string, string>): void {
  post("/desk/looks/", values).catch(complain);
}
