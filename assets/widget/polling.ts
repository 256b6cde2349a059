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
  after: () => string | null,
  on: Listener,
): Transport {
  const stop = new AbortController();
  const queue: ToLive[] = [hello];
  let posting = false;

  const ask = async (path: string, init: RequestInit): Promise<void> => {
    const bearer = token();
    const headers: Record<string, string> = { "Content-Type": "application/json" };
    if (bearer) headers.Authorization = `Bearer ${bearer}`;
    const answer = await fetch(url + path, { ...init, headers, signal: stop.signal });
    if (!answer.ok) throw new Status(CODES[answer.status] ?? 1006);
    for (const frame of (await answer.json()) as FromLive[]) {
      if (!stop.signal.aborted) on.frame(frame);
    }
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
      const from = after();
      await ask(`?wait=20${from ? `&after=${encodeURIComponent(from)}` : ""}`, {});
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
