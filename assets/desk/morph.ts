/** Makes an element's children those of a fragment, keeping what is the same: focus and scroll stay. */
import { Idiomorph } from "idiomorph";

export function morph(target: Element, html: string): void {
  Idiomorph.morph(target, html, { morphStyle: "innerHTML", ignoreActiveValue: true });
}
