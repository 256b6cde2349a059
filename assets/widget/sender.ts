import type { ToLive } from "./frames";
import type { Outbox } from "./outbox";

const PATIENCE = 10_000;

/** Sends the outbox in order: the next draft only after the former was acknowledged or refused. */
export class Sender {
  private flying: string | null = null;
  private timer = 0;

  constructor(
    private outbox: Outbox,
    private send: (frame: ToLive) => boolean,
  ) {}

  pump(): void {
    if (this.flying) return;
    const draft = this.outbox.next(Date.now());
    if (!draft) return;
    const { client_id, text, files } = draft;
    if (!this.send({ type: "message", client_id, text, files: files.map((f) => f.id) })) return;
    this.flying = client_id;
    this.timer = window.setTimeout(() => this.again(), PATIENCE);
  }

  /** The server has taken this one, or said no. */
  settle(client_id: string): void {
    if (this.flying === client_id) this.again();
  }

  /** Forget what is under way and begin with the oldest draft: for a new connection. */
  again(): void {
    window.clearTimeout(this.timer);
    this.flying = null;
    this.pump();
  }
}
