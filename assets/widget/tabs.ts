import type { FromLive } from "./frames";

/** What one tab tells the others of the same shop. */
export type Telling =
  | { kind: "drafts" }
  | { kind: "frame"; frame: FromLive }
  | { kind: "who" }
  | { kind: "newcomer"; token: string };

/** The other tabs; silent where the browser has no BroadcastChannel (the sockets tell them too). */
export class Tabs {
  private channel: BroadcastChannel | null = null;

  constructor(name: string, heard: (telling: Telling) => void) {
    if (!("BroadcastChannel" in window)) return;
    this.channel = new BroadcastChannel(name);
    this.channel.onmessage = (event: MessageEvent<Telling>) => heard(event.data);
  }

  tell(telling: Telling): void {
    this.channel?.postMessage(telling);
  }
}
