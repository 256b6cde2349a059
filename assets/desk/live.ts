/** The wire: what happened in the workspace, and who else is here. See docs/wire.md. */

import { isOpening, meantId } from "./ahead";
import { type Alert, alerted, wish } from "./alerts";
import { renewBell } from "./bell";
import { isTyping } from "./composer";
import { renewListSoon } from "./list";
import { mergedAway } from "./merge";
import { forgetNear, happenedTo } from "./near";
import { openId, post, word } from "./page";
import { calledHere, renewThread, seen } from "./thread";

type Fact = {
  kind: string;
  merged_id?: string;
  conversation_id?: string;
  person_id?: string;
  member_id?: string;
};
type Viewer = { member_id: string; name: string; typing: boolean };
type Frame = { type: string; [name: string]: unknown };

const SILENCE = 40_000; // a living wire answers a ping every 25 s
let socket: WebSocket | null = null;
let me = "";
let tries = 0;
let renewing = 0;
let heard = 0;
let here: Viewer[] = [];

export function watchLive(): void {
  void connect();
  setInterval(ping, 25_000);
  setInterval(() => isTyping() || showView(), 20_000);
  window.addEventListener("online", () => void connect());
  window.addEventListener("offline", lose);
  document.addEventListener("visibilitychange", showView);
}

export function send(frame: Frame): void {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
}

/** Tell colleagues what one looks at. */
export function showView(): void {
  send({ type: "view", conversation_id: document.hidden ? null : openId() || null });
}

/** A wire that has gone silent is cut: else one would look at an old desk without knowing. */
function ping(): void {
  if (socket?.readyState === WebSocket.OPEN && Date.now() - heard > SILENCE) return lose();
  send({ type: "ping" });
}

function lose(): void {
  if (!socket) return;
  socket.onclose = socket.onmessage = null;
  socket.close();
  later();
}

async function connect(): Promise<void> {
  if (socket && socket.readyState <= WebSocket.OPEN) return;
  try {
    const { ticket, url } = await post("/desk/ticket/", {});
    const opening = new WebSocket(url);
    socket = opening;
    opening.onopen = () => opening.send(JSON.stringify({ type: "hello", ticket }));
    opening.onmessage = (event) => hear(JSON.parse(event.data));
    opening.onclose = later;
    heard = Date.now();
  } catch {
    later();
  }
}

function later(): void {
  forgetNear();
  document.body.classList.add("offline");
  document.body.classList.remove("connected");
  socket = null;
  tries += 1;
  const pause = Math.min(15_000, 400 * 2 ** tries) * (0.5 + Math.random());
  setTimeout(() => void connect(), pause);
}

function hear(frame: Frame): void {
  heard = Date.now();
  if (frame.type === "welcome") welcome(frame);
  if (frame.type === "facts") facts(frame.facts as Fact[]);
  if (frame.type === "viewers") viewers(frame.conversation_id as string, frame.viewers as Viewer[]);
  if (frame.type === "visitor_typing") visitorTyping(frame);
  if (frame.type === "alert") alerted(frame as unknown as Alert);
}

/** Connected, perhaps again: something may have happened since the page was made. */
function welcome(frame: Frame): void {
  me = frame.member_id as string;
  wish(frame.wishes as string[]);
  document.body.classList.remove("offline");
  document.body.classList.add("connected");
  renewListSoon();
  void renewThread();
  tries = 0;
  showView();
}

/** What may be said in a conversation depends on its inbox, too. */
const INBOX = new Set(["inbox.held", "inbox.changed"]);

function facts(happened: Fact[]): void {
  happenedTo(happened.map((fact) => fact.conversation_id));
  const calls = happened.filter((f) => f.kind === "notice.given" && f.member_id === me);
  if (calls.some((call) => call.conversation_id === openId() && !document.hidden)) calledHere();
  else if (calls.length) void renewBell();
  renewListSoon();
  const id = openId();
  const merged = happened.find(
    (fact) => fact.kind === "conversation.merged" && fact.merged_id === id,
  );
  if (id && merged?.conversation_id) return void mergedAway(merged.conversation_id);
  if (happened.some((f) => f.kind === "message.received" && f.conversation_id === id)) {
    hideTyping();
    seen();
  }
  const meant = meantId();
  const concerns = (fact: Fact) => fact.conversation_id === meant || INBOX.has(fact.kind);
  if (meant && happened.some(concerns)) renewSoon();
}

/** Many facts at once fetch the thread once; what happened to one that is just coming may not be in it. */
function renewSoon(): void {
  if (renewing) return;
  renewing = window.setTimeout(() => {
    renewing = 0;
    if (isOpening()) renewSoon();
    else void renewThread();
  }, 40);
}

function viewers(conversation: string, now: Viewer[]): void {
  if (conversation !== openId()) return;
  here = now;
  showViewers();
}

/** Nobody else, as far as one knows of a conversation that was just opened. */
export function forgetViewers(): void {
  here = [];
}

/** Say who else is here: again each time the head was fetched, which knows of nobody. */
export function showViewers(): void {
  const place = document.getElementById("viewers");
  if (!place) return;
  const others = here.filter((viewer) => viewer.member_id !== me);
  const typing = others.filter((viewer) => viewer.typing);
  const names = (some: Viewer[]) => some.map((viewer) => viewer.name).join(", ");
  place.classList.toggle("writes", typing.length > 0);
  place.textContent = typing.length
    ? word("types", { names: names(typing) })
    : others.length
      ? word("views", { names: names(others) })
      : "";
}

let typingEnds = 0;

function visitorTyping(frame: Frame): void {
  const line = document.getElementById("visitor-typing");
  if (!line || frame.conversation_id !== openId()) return;
  line.hidden = frame.on !== true;
  clearTimeout(typingEnds);
  typingEnds = window.setTimeout(hideTyping, 6000);
}

function hideTyping(): void {
  const line = document.getElementById("visitor-typing");
  if (line) line.hidden = true;
}
