import type { FromLive, ToLive } from "./frames";

export interface Transport {
  send(frame: ToLive): void;
  close(): void;
}

export interface Listener {
  frame(frame: FromLive): void;
  closed(code: number): void;
}

const OPENING = 8_000;
const PING = 25_000;
const SILENCE = 35_000;

/** One attempt at a socket: says hello, keeps it awake, and tells once how it ended. */
export function openSocket(url: string, hello: ToLive, on: Listener): Transport {
  const socket = new WebSocket(url);
  let heard = Date.now();
  let over = false;
  const end = (code: number): void => {
    if (over) return;
    over = true;
    window.clearTimeout(opening);
    window.clearInterval(pinging);
    socket.close();
    on.closed(code);
  };
  const send = (frame: ToLive): void => socket.send(JSON.stringify(frame));
  const opening = window.setTimeout(() => end(0), OPENING);
  const pinging = window.setInterval(() => {
    if (Date.now() - heard > SILENCE) end(0);
    else if (socket.readyState === 1) send({ type: "ping" });
  }, PING);
  socket.onopen = () => send(hello);
  socket.onclose = (event) => end(event.code);
  socket.onmessage = (event) => {
    if (over) return;
    heard = Date.now();
    const frame = parsed(event.data);
    if (frame?.type === "welcome") window.clearTimeout(opening);
    if (frame) on.frame(frame);
  };
  return {
    send,
    close() {
      on = { frame() {}, closed() {} };
      end(1000);
    },
  };
}

function parsed(data: unknown): FromLive | null {
  try {
    const frame: unknown = JSON.parse(String(data));
    return typeof frame === "object" && frame ? (frame as FromLive) : null;
  } catch {
    return null;
  }
}
