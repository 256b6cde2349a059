/** The service worker: shows what is pushed, and opens the conversation that was meant. */

interface Window_ {
  url: string;
  focused: boolean;
  focus(): Promise<unknown>;
  navigate(url: string): Promise<unknown>;
}
interface Pushed extends Event {
  data: { json(): Told } | null;
  waitUntil(work: Promise<unknown>): void;
}
interface Clicked extends Event {
  notification: Notification;
  waitUntil(work: Promise<unknown>): void;
}
interface Told {
  occasion: string;
  conversation: string;
  name: string;
  text: string;
}
interface Worker_ {
  addEventListener(kind: "install" | "activate", hear: (event: Pushed) => void): void;
  addEventListener(kind: "push", hear: (event: Pushed) => void): void;
  addEventListener(kind: "notificationclick", hear: (event: Clicked) => void): void;
  skipWaiting(): Promise<void>;
  clients: {
    claim(): Promise<void>;
    matchAll(options: { type: "window"; includeUncontrolled: boolean }): Promise<Window_[]>;
    openWindow(url: string): Promise<unknown>;
  };
  registration: { showNotification(title: string, options: NotificationOptions): Promise<void> };
}

const worker = self as unknown as Worker_;
const windows = () => worker.clients.matchAll({ type: "window", includeUncontrolled: true });

worker.addEventListener("install", (event) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("push", (event) => {
  const told = event.data?.json();
  if (told) event.waitUntil(show(told));
});
worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(String(event.notification.data)));
});

/** Whoever looks at the desk has heard of it there. */
async function show(told: Told): Promise<void> {
  const all = await windows();
  if (all.some((one) => one.focused && new URL(one.url).pathname.startsWith("/desk/"))) return;
  await worker.registration.showNotification(told.name, {
    body: told.text,
    tag: told.conversation,
    icon: "/static/app.svg",
    badge: "/static/favicon.svg",
    data: `/desk/all/${told.conversation}/`,
  });
}

async function open(place: string): Promise<void> {
  const desk = (await windows()).find((one) => new URL(one.url).pathname.startsWith("/desk/"));
  if (!desk) return void (await worker.clients.openWindow(place));
  await desk.navigate(place);
  await desk.focus();
}
