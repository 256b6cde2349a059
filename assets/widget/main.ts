import { App } from "./app";

interface Api {
  open(): void;
  close(): void;
  toggle(): void;
  identify(jwt: string): void;
  logout(): void;
}

declare global {
  interface Window {
    Tongxin?: Api;
  }
}

function begin(): void {
  const script = document.currentScript ?? document.querySelector("script[data-inbox]");
  if (!(script instanceof HTMLScriptElement) || !script.dataset.inbox || window.Tongxin) return;
  const { inbox, token, language, position } = script.dataset;
  const app = new App({
    root: new URL(".", script.src).href,
    inbox,
    jwt: token ?? null,
    language: language ?? null,
    position: position ?? "right",
  });
  window.Tongxin = {
    open: () => app.toggle(true),
    close: () => app.toggle(false),
    toggle: () => app.toggle(!app.isOpen),
    identify: (jwt) => app.identify(jwt),
    logout: () => app.logout(),
  };
  const start = (): void => void app.start();
  if (document.body) start();
  else addEventListener("DOMContentLoaded", start);
}

begin();
