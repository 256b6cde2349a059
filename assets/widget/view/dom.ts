import shapes from "virtual:shapes";

type Value = string | number | boolean | null | undefined | ((event: never) => void);
type Child = Node | string | null | false | undefined;

/** Makes an element: strings become attributes, functions listeners (`onclick`), true a bare attribute. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, Value> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  set(made, attributes);
  fill(made, ...children);
  return made;
}

export function set(on: Element, attributes: Record<string, Value>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") on.addEventListener(name.slice(2), value as EventListener);
    else if (value === null || value === undefined || value === false) on.removeAttribute(name);
    else on.setAttribute(name, value === true ? "" : String(value));
  }
}

export function fill(on: Element, ...children: Child[]): void {
  on.replaceChildren(...children.filter((c): c is Node | string => !!c));
}

const SVG = "http://www.w3.org/2000/svg";

export function svg(tag: string, attributes: Record<string, string>, ...children: Node[]): Element {
  const made = document.createElementNS(SVG, tag);
  set(made, attributes);
  made.append(...children);
  return made;
}

/** One of Lucide's icons; decoration only, the button around it has the name. */
export function icon(name: string): Element {
  const parts = (shapes[name] ?? []).map(([tag, attributes]) => svg(tag, attributes));
  return svg("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" }, ...parts);
}

/** Our mark: three rings around a dot. */
export function mark(): Element {
  const ring = (r: string, opacity: string): Element =>
    svg("circle", { cx: "15", cy: "15", r, opacity });
  const dot = svg("circle", { cx: "15", cy: "15", r: "1.8", class: "dot" });
  const rings = [ring("13", ".45"), ring("9", ".7"), ring("5", "1"), dot];
  return svg("svg", { viewBox: "0 0 30 30", class: "mark", "aria-hidden": "true" }, ...rings);
}
