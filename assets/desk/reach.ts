/** Let this browser show notifications, and take pushes while the desk is closed. */
import { complain, post } from "./page";

const place = (): HTMLElement | null => document.getElementById("reach");
const part = (name: string): HTMLElement | null =>
  place()?.querySelector<HTMLElement>(`[data-${name}]`) ?? null;

export function watchReach(): void {
  if (!place() || !("Notification" in window)) return;
  part("allow")?.addEventListener("click", () => void allow());
  part("push-on")?.addEventListener("click", () => void pushHere().catch(complain));
  void offer();
}

/** Show what can still be done here. */
async function offer(): Promise<void> {
  const state = Notification.permission;
  const pushes = "serviceWorker" in navigator && "PushManager" in window;
  const registered = pushes ? await navigator.serviceWorker.getRegistration("/") : undefined;
  const taken = await registered?.pushManager.getSubscription();
  hide("permission", state === "granted" && (!pushes || !!taken));
  hide("blocked", state !== "denied");
  hide("allow", state !== "default");
  hide("push-on", state === "denied" || !pushes || !!taken);
}

function hide(name: string, hidden: boolean): void {
  const found = part(name);
  if (found) found.hidden = hidden;
}

async function allow(): Promise<void> {
  await Notification.requestPermission();
  await offer();
}

async function pushHere(): Promise<void> {
  if ((await Notification.requestPermission()) !== "granted") return offer();
  await navigator.serviceWorker.register("/sw.js", { scope: "/" });
  const worker = await navigator.serviceWorker.ready;
  const taken = await worker.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: place()?.dataset.key ?? "",
  });
  const { endpoint, keys } = taken.toJSON();
  await post("/desk/notices/devices/", {
    endpoint: endpoint ?? "",
    p256dh: keys?.p256dh ?? "",
    auth: keys?.auth ?? "",
    device: deviceName(),
  });
  location.reload();
}

/** "Chrome, Windows": what tells one's devices apart. */
function deviceName(): string {
  const agent = navigator.userAgent;
  const browser =
    [
      ["Edg/", "Edge"],
      ["Firefox/", "Firefox"],
      ["Chrome/", "Chrome"],
      ["Safari/", "Safari"],
    ].find(([mark]) => agent.includes(mark ?? ""))?.[1] ?? "";
  const system = ["Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux"].find((name) =>
    agent.includes(name),
  );
  return [browser, system].filter(Boolean).join(", ");
}
