/** Waiting times go on while one looks. */
import { word } from "./page";

export function keepTime(): void {
  setInterval(() => {
    for (const time of Array.from(document.querySelectorAll<HTMLTimeElement>("time[data-ago]")))
      time.textContent = ago(Date.now() - Date.parse(time.dateTime));
  }, 15_000);
  setInterval(() => {
    for (const left of Array.from(document.querySelectorAll<HTMLElement>("[data-left]")))
      left.textContent = `${secondsTo(left.dataset.left ?? "")} s`;
  }, 250);
}

const secondsTo = (at: string): number =>
  Math.max(0, Math.ceil((Date.parse(at) - Date.now()) / 1000));

export function ago(milliseconds: number): string {
  const minutes = Math.max(0, Math.floor(milliseconds / 60_000));
  if (minutes < 1) return word("now");
  if (minutes < 60) return word("minutes", { count: minutes });
  if (minutes < 60 * 24) return word("hours", { count: Math.floor(minutes / 60) });
  return word("days", { count: Math.floor(minutes / 1440) });
}
