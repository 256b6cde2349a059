/** Draws the server's sanitized HTML anew from a short list of what may be there; trusts nothing. */

const KEPT = new Set(
  "A BLOCKQUOTE BR CODE DEL EM H1 H2 H3 H4 HR LI OL P PRE S STRONG TABLE TBODY TD TH THEAD TR UL".split(
    " ",
  ),
);
const DROPPED = new Set(
  "SCRIPT STYLE TEMPLATE IFRAME OBJECT EMBED SVG MATH NOSCRIPT TITLE TEXTAREA SELECT".split(" "),
);
const ADDRESS = /^(https?:|mailto:|tel:)/i;

export function safeHtml(html: string): DocumentFragment {
  const page = new DOMParser().parseFromString(html, "text/html");
  const out = document.createDocumentFragment();
  copy(page.body, out);
  return out;
}

function copy(from: Node, to: Node): void {
  for (const node of from.childNodes) {
    if (node.nodeType === 3) to.appendChild(document.createTextNode(node.nodeValue ?? ""));
    else if (node instanceof Element || node.nodeType === 1) element(node as Element, to);
  }
}

function element(node: Element, to: Node): void {
  const tag = node.tagName.toUpperCase();
  if (DROPPED.has(tag)) return;
  if (!KEPT.has(tag)) return copy(node, to);
  const made = document.createElement(tag);
  if (made instanceof HTMLAnchorElement) address(made, node.getAttribute("href") ?? "");
  if (tag === "OL") made.setAttribute("start", String(Number(node.getAttribute("start")) || 1));
  copy(node, made);
  to.appendChild(made);
}

function address(link: HTMLAnchorElement, href: string): void {
  if (!ADDRESS.test(href.trim())) return;
  link.href = href.trim();
  link.target = "_blank";
  link.rel = "noopener noreferrer nofollow";
}
