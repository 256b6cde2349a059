import type { FromLive, Message, Rate, ToLive } from "./frames";
import type { Keep } from "./keep";

/** What a person told us once and the server has not yet confirmed: an address, a rating. */
export class Asked {
  private pending = new Map<"email" | "rate", ToLive>();
  /** Before which message we asked what was said. */
  private before = "";

  constructor(
    private kept: Keep,
    private send: (frame: ToLive) => void,
  ) {}

  email(email: string): void {
    this.tell({ type: "email", email });
  }

  /** What was said before the first message shown; once, however often the top comes into sight. */
  earlier(first: Message | undefined): void {
    if (!first || first.id === this.before) return;
    this.before = first.id;
    this.send({ type: "earlier", before: first.id });
  }

  rate(rating: Omit<Rate, "type">): void {
    this.tell({ type: "rate", ...rating });
  }

  /** Say it all again: after a new connection. */
  again(): void {
    this.before = "";
    for (const frame of this.pending.values()) this.send(frame);
  }

  /** What the server says to it. */
  heard(frame: FromLive): void {
    if (frame.type === "refused" && !frame.client_id) this.pending.clear();
    if (frame.type === "conversation" && frame.conversation?.rating) this.pending.delete("rate");
    if (frame.type === "email") {
      this.pending.delete("email");
      this.kept.write("email", frame.email);
    }
  }

  private tell(frame: ToLive & { type: "email" | "rate" }): void {
    this.pending.set(frame.type, frame);
    this.send(frame);
  }
}
