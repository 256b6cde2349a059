import type { FromLive, Hello, ToLive } from "./frames";
import { Polling } from "./polling";
import { type Listener, openSocket, type Transport } from "./socket";
import type { LinkState } from "./store";

export interface LinkNeeds {
  /** The wire's address for this inbox: `{live}/chat/{inbox_key}`. */
  base: string;
  language: string;
  hello(): Hello;
  token(): string | null;
  frame(frame: FromLive): void;
  state(state: LinkState): void;
  /** The server does not take our token or JWT. */
  rejected(): void;
}

const SOCKET_TRIES = 2;
const FIRST_PROBE = 5_000;
const LAST_PROBE = 300_000;
const LONGEST = 30_000;
const OFFLINE_SHOWN = 1_500;

/** How long to wait before the next attempt; never the same for two visitors. */
export function wait(code: number, tries: number, random = Math.random()): number {
  if (code === 4401 && tries < 3) return 100;
  if (code === 1012) return 200 + 1500 * random;
  if (code === 4429) return 5000 * (1 + random);
  return Math.min(LONGEST, 500 * 1.5 ** tries) * (0.5 + random / 2);
}

/** Holds a connection through drops and restarts: a socket, or polling where sockets are blocked. */
export class Link {
  private transport: Transport | null = null;
  private welcomed = false;
  private running = false;
  private socketFailures = 0;
  private tries = 0;
  private retry = 0;
  private probing = 0;
  private probe: Transport | null = null;
  private probeAfter = FIRST_PROBE;
  private gap = 0;

  constructor(private needs: LinkNeeds) {
    const wake = (): void => this.wake();
    addEventListener("online", wake);
    addEventListener("offline", () => this.welcomed && this.closed(1012, true));
    addEventListener("pageshow", wake);
    document.addEventListener("visibilitychange", () => document.hidden || wake());
  }

  get online(): boolean {
    return this.welcomed;
  }

  start(): void {
    if (this.running) return;
    this.running = true;
    this.connect();
  }

  stop(): void {
    this.running = false;
    this.drop();
    this.say("idle");
  }

  /** Begin anew, with what hello() says now. */
  restart(): void {
    this.running = true;
    this.drop();
    this.connect();
  }

  /** False where nothing was sent because there is no connection. */
  send(frame: ToLive): boolean {
    if (!this.welcomed || !this.transport) return false;
    try {
      this.transport.send(frame);
      return true;
    } catch {
      return false;
    }
  }

  /** Try at once instead of waiting on. */
  wake(): void {
    if (!this.running || this.transport) return;
    this.tries = 0;
    this.connect();
  }

  /** A short gap is not worth a word; a longer one is. */
  private say(state: LinkState): void {
    if (state === "offline" || state === "connecting") {
      this.gap ||= window.setTimeout(() => this.needs.state("offline"), OFFLINE_SHOWN);
      return;
    }
    clearTimeout(this.gap);
    this.gap = 0;
    this.needs.state(state);
  }

  private drop(): void {
    clearTimeout(this.retry);
    clearTimeout(this.probing);
    this.probe?.close();
    this.transport?.close();
    this.probe = this.transport = null;
    this.welcomed = false;
  }

  private connect(): void {
    clearTimeout(this.retry);
    this.say("connecting");
    const socket = this.socketFailures < SOCKET_TRIES && "WebSocket" in window;
    const on: Listener = {
      frame: (frame) => this.frame(frame, !socket),
      closed: (code) => this.closed(code, socket),
    };
    const { base, language, hello, token } = this.needs;
    this.transport = socket
      ? this.socket(on)
      : new Polling(`${base}/frames?language=${language}`, hello(), token, on);
    if (!this.transport) this.closed(0, true);
  }

  private socket(on: Listener): Transport | null {
    try {
      const { base, language, hello } = this.needs;
      const url = `${base.replace(/^http/, "ws")}/socket?language=${language}`;
      return openSocket(url, hello(), on);
    } catch {
      return null; // a page's own policy may forbid sockets outright
    }
  }

  private frame(frame: FromLive, polling: boolean): void {
    // a hello refused in so many words, as polling tells it
    if (frame.type === "refused" && !this.welcomed) {
      return this.closed(frame.code === "rate.limited" ? 4429 : 4401, !polling);
    }
    if (frame.type === "welcome") {
      this.welcomed = true;
      this.tries = 0;
      if (!polling) this.socketFailures = 0;
      this.say("online");
      if (polling) this.plan();
    }
    this.needs.frame(frame);
  }

  private closed(code: number, socket: boolean): void {
    this.count(code, socket);
    this.drop();
    if (code === 4404) {
      this.running = false;
      this.say("gone");
      return;
    }
    if (code === 4401) this.needs.rejected();
    this.say("offline");
    this.retry = window.setTimeout(() => this.connect(), wait(code, this.tries++));
  }

  /** Two sockets that never spoke: poll. Polling that fails too: the fault is not the socket's. */
  private count(code: number, socket: boolean): void {
    if (!socket) this.socketFailures = SOCKET_TRIES - 1;
    else if (!this.welcomed && navigator.onLine && code < 4000) this.socketFailures++;
  }

  /** While polling: look now and then whether a socket gets through. */
  private plan(): void {
    clearTimeout(this.probing);
    this.probing = window.setTimeout(() => this.look(), this.probeAfter);
    this.probeAfter = Math.min(LAST_PROBE, this.probeAfter * 2);
  }

  private look(): void {
    this.probe = this.socket({
      frame: (frame) => {
        if (this.probe && frame.type === "welcome") this.adopt();
        this.frame(frame, false);
      },
      closed: (code) => {
        if (!this.probe) return this.closed(code, true);
        this.probe = null;
        this.plan();
      },
    });
    if (!this.probe) this.plan();
  }

  private adopt(): void {
    this.transport?.close();
    this.transport = this.probe;
    this.probe = null;
    this.probeAfter = FIRST_PROBE;
  }
}
