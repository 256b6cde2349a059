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
export function openPolling(
  url: string,
  hello: ToLive,
  token: () => string | null,
  on: Listener,
): Transport {
  const stop = new AbortController();
  const queue: ToLive[] = [hello];
  let posting = false;
  // Only what was waited for moves the cursor: an acknowledgement may overtake an answer.
  let after = "";

  const ask = async (path: string, init: RequestInit): Promise<FromLive[]> => {
    const bearer = token();
    const headers: Record<string, string> = { "Content-Type": "application/json" };
    if (bearer) headers.Authorization = `Bearer ${bearer}`;
    const answer = await fetch(url + path, { ...init, headers, signal: stop.signal });
    if (!answer.ok) throw new Status(CODES[answer.status] ?? 1006);
    const frames = (await answer.json()) as FromLive[];
    for (const frame of frames) {
      if (frame.type === "welcome") after = frame.messages.at(-1)?.id ?? "";
      if (!stop.signal.aborted) on.frame(frame);
    }
    return frames;
  };
  const fail = (error: unknown): void => {
    if (stop.signal.aborted) return;
    stop.abort();
    on.closed(error instanceof Status ? error.code : 1006);
  };
  const post = async (): Promise<void> => {
    if (posting) return;
    posting = true;
    try {
      while (queue.length && !stop.signal.aborted) {
        await ask("", { method: "POST", body: JSON.stringify(queue.splice(0, BATCH)) });
      }
    } finally {
      posting = false;
    }
  };
  const listen = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      const frames = await ask(`?wait=20${after && `&after=${encodeURIComponent(after)}`}`, {});
      for (const frame of frames) if (frame.type === "message") after = frame.message.id;
    }
  };
  post().then(listen).catch(fail);
  return {
    send(frame) {
      queue.push(frame);
      post().catch(fail);
    },
    close: () => stop.abort(),
  };
}
