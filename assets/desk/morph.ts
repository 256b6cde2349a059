/** Makes an element's children those of a fragment, keeping what is the same: focus and scroll stay. */
import { Idiomorph } from "idiomorph";

export function morph(target: Element, html: string): void {
  // Idiomorph spares all that is in the active element: right for a field, wrong for a focused row.
  const ignoreActiveValue = document.activeElement?.matches("input, textarea, select") ?? false;
  Idiomorph.morph(target, html, { morphStyle: "innerHTML", ignoreActiveValue });
}
