/** What one writes is kept by the server once one pauses, or goes; what is not there yet is kept here. */
import { openId, post, word } from "./page";

export type Kind = "reply" | "note";
type Draft = { id: string; kind: Kind; text: string };
const PAUSE = 500;

const unsaved = new Map<string, Draft>();
let pausing = 0;

const keyOf = (id: string, kind: Kind): string => `${id}/${kind}`;

export function watchDrafts(): void {
  window.addEventListener("pagehide", saveDrafts);
  window.addEventListener("online", saveDrafts);
}

export function keepDraft(draft: Draft): void {
  unsaved.set(keyOf(draft.id, draft.kind), draft);
  clearTimeout(pausing);
  pausing = window.setTimeout(saveDrafts, PAUSE);
}

/** It was sent: nothing of it is left to keep. */
export function forgetDraft(id: string, kind: Kind): void {
  unsaved.delete(keyOf(id, kind));
}

/** Return what was written there and is not saved yet. */
export const unsavedDraft = (id: string, kind: Kind): string | undefined =>
  unsaved.get(keyOf(id, kind))?.text;

export function saveDrafts(): void {
  clearTimeout(pausing);
  for (const draft of unsaved.values()) void save(draft);
}

async function save(draft: Draft): Promise<void> {
  const { id, kind, text } = draft;
  const state = document.getElementById("draft-state");
  const tell = (words: string) => {
    if (state && id === openId()) state.textContent = words;
  };
  try {
    await post(`/desk/c/${id}/draft/`, { kind, text });
    if (unsaved.get(keyOf(id, kind)) === draft) forgetDraft(id, kind);
    tell(text.trim() ? word("saved") : "");
  } catch {
    tell("");
  }
}
