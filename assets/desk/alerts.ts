/** What one wants to hear of: a sound, or a notification of the desktop, while the desk is open. */
import { openConversation } from "./ahead";
import { openId, toast, word } from "./page";

export interface Alert {
  occasion: "called" | "mine" | "waiting";
  conversation_id: string;
  name: string;
  text: string;
  rings?: boolean; // a telephone does
}

const QUIET = 1_200; // one sound for what comes together, over all tabs
const SELDOM = 15_000; // strangers in the queue come all day
const RANG = "tongxin-rang";
let wishes = new Set<string>();
let waitingAt = 0;

export function wish(wanted: string[]): void {
  wishes = new Set(wanted);
}

export function alerted(alert: Alert): void {
  if (alert.conversation_id === openId() && document.hasFocus()) return;
  if (alert.occasion === "waiting") {
    if (Date.now() - waitingAt < SELDOM) return;
    waitingAt = Date.now();
  }
  if (alert.rings) popUp(alert);
  if (wishes.has(`${alert.occasion}.sound`)) ring(alert.occasion === "called");
  if (wishes.has(`${alert.occasion}.desktop`) && !document.hasFocus()) show(alert);
}

/** Whoever calls stands in front of one, a click away, while the telephone rings. */
function popUp(alert: Alert): void {
  const who = [alert.name, alert.text].filter(Boolean).join(" · ");
  toast(who, word("open_it"), () => void openConversation(alert.conversation_id));
}

function show(alert: Alert): void {
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  const isQueue = alert.occasion === "waiting";
  const note = new Notification(isQueue ? word("waits") : alert.name, {
    body: alert.text,
    icon: "/static/app.svg",
    tag: isQueue ? "waiting" : alert.conversation_id,
  });
  note.onclick = () => {
    window.focus();
    note.close();
    location.assign(isQueue ? "/desk/waiting/" : `/desk/all/${alert.conversation_id}/`);
  };
}

/** Two soft notes; rising where a colleague calls. Another tab that rang just now is enough. */
function ring(rises: boolean): void {
  const now = Date.now();
  if (now - Number(localStorage.getItem(RANG) ?? 0) < QUIET) return;
  localStorage.setItem(RANG, String(now));
  const context = new AudioContext();
  const notes = rises ? [660, 880] : [784, 659];
  notes.forEach((pitch, index) => {
    const at = context.currentTime + index * 0.16;
    const [tone, loudness] = [context.createOscillator(), context.createGain()];
    tone.frequency.value = pitch;
    tone.type = "sine";
    loudness.gain.setValueAtTime(0, at);
    loudness.gain.linearRampToValueAtTime(0.14, at + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.001, at + 0.3);
    tone.connect(loudness).connect(context.destination);
    tone.start(at);
    tone.stop(at + 0.32);
    if (index === notes.length - 1) tone.onended = () => void context.close();
  });
}
