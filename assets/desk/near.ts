/**
 * The conversation one will open next, fetched while one reads: the next of the list, and whichever the mouse
 * is pressed on. Kept until anything happens to it, for a moment only, and never without the wire, which says so.
 */
import { checked, openId } from "./page";

type Near = { id: string; at: number; html: Promise<string>; line: AbortController };
const KEPT = 60_000; // it was dropped before, if anything happened
const REST = 300; // ms after opening: what one looks at comes first

let near: Near | null = null;
let resting = 0;

declare global {
  interface Navigator {
    connection?: { saveData?: boolean };
  }
}

export function watchNear(): void {
  document.body.addEventListener("pointerdown", (event) => {
    const link = (event.target as Element).closest<HTMLElement>("a[data-open]");
    if (link && event.button === 0) fetchNear(link.dataset.id ?? "");
  });
  document.addEventListener("desk:posted", (event) => posted((event as CustomEvent).detail));
  document.addEventListener("desk:list", lookAhead);
}

/** Fetch the next of the list, as soon as there is nothing else to do. */
export function lookAhead(): void {
  clearTimeout(resting);
  resting = window.setTimeout(() => {
    const items = Array.from(document.querySelectorAll<HTMLElement>(".rows .item"));
    const now = items.findIndex((item) => item.dataset.id === openId());
    if (now >= 0) fetchNear(items[now + 1]?.dataset.id ?? "");
  }, REST);
}

/** Take what was fetched of a conversation, or fetch it now. */
export async function conversationHtml(id: string, line: AbortController): Promise<string> {
  const kept = near;
  if (kept?.id !== id || !isFresh(kept)) return fetched(id, line);
  near = null;
  line.signal.addEventListener("abort", () => kept.line.abort());
  return kept.html.catch((error) =>
    line.signal.aborted ? Promise.reject(error) : fetched(id, line),
  );
}

/** Something happened to a conversation, or to what all of them show. */
export function happenedTo(ids: (string | undefined)[]): void {
  if (near && ids.some((id) => !id || id === near?.id)) forgetNear();
}

/** What one did oneself to another conversation than the one that is open may show in what was fetched. */
function posted(address: string): void {
  if (near && !address.startsWith(`/desk/c/${openId()}/`)) forgetNear();
}

export function forgetNear(): void {
  near?.line.abort();
  near = null;
}

function fetchNear(id: string): void {
  if (!id || id === openId() || !isConnected()) return;
  if (near?.id === id && isFresh(near)) return;
  forgetNear();
  const line = new AbortController();
  near = { id, at: Date.now(), html: fetchedAhead(id, line), line };
  near.html.catch(() => null); // asked for again when it is wanted
}

const isFresh = (one: Near): boolean => Date.now() - one.at < KEPT;

const isConnected = (): boolean =>
  document.body.classList.contains("connected") && !navigator.connection?.saveData;

async function fetched(id: string, line: AbortController): Promise<string> {
  const answer = await asked(id, line);
  await checked(answer);
  return answer.text();
}

/** Like it, but what is refused or leads elsewhere says so only to who opens it. */
async function fetchedAhead(id: string, line: AbortController): Promise<string> {
  const answer = await asked(id, line);
  if (!answer.ok || answer.headers.get("HX-Redirect")) throw new Error(answer.statusText);
  return answer.text();
}

const asked = (id: string, line: AbortController): Promise<Response> =>
  fetch(`/desk/c/${id}/`, {
    headers: { "HX-Request": "true", Accept: "application/json" }, // what is refused says why
    signal: line.signal,
  });
