import type { FileInfo } from "./frames";
import { uuid } from "./ids";
import type { Keep } from "./keep";

/** A message of ours that the server has not yet acknowledged. */
export interface Draft {
  client_id: string;
  text: string;
  files: FileInfo[];
  at: number;
  tab: string;
  refused?: string;
}

const KEY = "out.";
const ADOPT_AFTER = 15_000;

/**
 * Drafts in storage, each under its own key: tabs never overwrite each other's, and what was typed
 * before a reload is still there after it.
 */
export class Outbox {
  constructor(
    private keep: Keep,
    readonly tab: string,
  ) {}

  all(): Draft[] {
    const drafts = this.keep.keys(KEY).map((key) => this.read(key));
    return drafts
      .filter((d) => d !== null)
      .sort((a, b) => a.at - b.at || (a.client_id < b.client_id ? -1 : 1));
  }

  /** The oldest draft to send: this tab's, or one that another tab seems to have left behind. */
  next(now: number): Draft | undefined {
    return this.all().find((d) => !d.refused && (d.tab === this.tab || now - d.at > ADOPT_AFTER));
  }

  /** Queue a new message behind all others. */
  add(text: string, files: FileInfo[]): void {
    const at = Math.max(Date.now(), (this.all().at(-1)?.at ?? 0) + 1);
    this.put({ client_id: uuid(), text, files, at, tab: this.tab });
  }

  refuse(client_id: string, detail: string): void {
    const draft = this.find(client_id);
    if (draft) this.put({ ...draft, refused: detail });
  }

  /** Let this tab try a refused or stranded draft again. */
  retry(client_id: string): void {
    const draft = this.find(client_id);
    if (!draft) return;
    const { refused, ...again } = draft;
    this.put({ ...again, tab: this.tab });
  }

  put(draft: Draft): void {
    this.keep.write(KEY + draft.client_id, JSON.stringify(draft));
  }

  drop(client_id: string): void {
    this.keep.write(KEY + client_id, null);
  }

  clear(): void {
    for (const draft of this.all()) this.drop(draft.client_id);
  }

  private find(client_id: string): Draft | undefined {
    return this.all().find((d) => d.client_id === client_id);
  }

  private read(key: string): Draft | null {
    try {
      return JSON.parse(this.keep.read(key) ?? "null") as Draft | null;
    } catch {
      return null;
    }
  }
}
