import type { FromLive, ToLive } from "./frames";
import type { Listener, Transport } from "./socket";

const BATCH = 20;
const CODES: Record<number, number> = { 401: 4401, 404: 4404, 429: 4429 };

class Status extends Error {
  constructor(readonly code: number) {
    super();
  }
}

/** The same frames where sockets are blocked: posts what we say, waits for what is new. */
export class Polling implements Transport {
  private stop = new AbortController();
  private queue: ToLive[];
  private posting = false;
  /** Only what was waited for moves the cursor: an acknowledgement may overtake an answer. */
  private after = "";

  constructor(
    private url: string,
    hello: ToLive,
    private token: () => string | null,
    private on: Listener,
  ) {
    this.queue = [hello];
    this.post()
      .then(() => this.listen())
      .catch((error) => this.fail(error));
  }

  send(frame: ToLive): void {
    this.queue.push(frame);
    this.post().catch((error) => this.fail(error));
  }

  close(): void {
    this.stop.abort();
  }

  private async post(): Promise<void> {
    if (this.posting) return;
    this.posting = true;
    try {
      while (this.queue.length && !this.stop.signal.aborted) {
        const body = JSON.stringify(this.queue.splice(0, BATCH));
        await this.ask("", { method: "POST", body });
      }
    } finally {
      this.posting = false;
    }
  }

  private async listen(): Promise<void> {
    while (!this.stop.signal.aborted) {
      const after = this.after && `&after=${encodeURIComponent(this.after)}`;
      for (const frame of await this.ask(`&wait=20${after}`, {})) {
        if (frame.type === "message") this.after = frame.message.id;
      }
    }
  }

  private async ask(query: string, init: RequestInit): Promise<FromLive[]> {
    const token = this.token();
    const headers: Record<string, string> = { "Content-Type": "application/json" };
    if (token) headers.Authorization = `Bearer ${token}`;
    const { signal } = this.stop;
    const answer = await fetch(this.url + query, { ...init, headers, signal });
    if (!answer.ok) throw new Status(CODES[answer.status] ?? 1006);
    const frames = (await answer.json()) as FromLive[];
    for (const frame of frames) this.take(frame);
    return frames;
  }

  private take(frame: FromLive): void {
    if (frame.type === "welcome") this.after = frame.messages.at(-1)?.id ?? "";
    if (!this.stop.signal.aborted) this.on.frame(frame);
  }

  private fail(error: unknown): void {
    if (this.stop.signal.aborted) return;
    this.stop.abort();
    this.on.closed(error instanceof Status ? error.code : 1006);
  }
}
