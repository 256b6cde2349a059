import type { Rating } from "../frames";
import type { State } from "../store";
import { fill, h, icon, svg } from "./dom";
import type { Ui } from "./ui";

const SMILES = [-3.2, -1.4, 0, 1.6, 3.4];

/** What we ask for at the end of the thread: an e-mail address, a rating. */
export class Cards {
  readonly element = h("div", { class: "cards" });
  private shown = "";
  private editing = false;

  constructor(private ui: Ui) {}

  update(state: State): void {
    const rated = state.conversation?.status === "resolved" ? state.conversation : null;
    if (!rated) this.editing = false;
    const kind = rated ? this.ratingKind(rated.rating) : emailKind(state);
    const sign = `${kind} ${rated?.id} ${JSON.stringify(rated?.rating)} ${state.email}`;
    if (sign === this.shown) return;
    this.shown = sign;
    fill(this.element, this.card(kind, state));
  }

  private ratingKind(rating: Rating | null | undefined): string {
    return rating && !this.editing ? "rated" : "rate";
  }

  private card(kind: string, state: State): HTMLElement | null {
    const rating = state.conversation?.rating;
    if (kind === "rate") return this.rate(rating);
    if (kind === "rated" && rating) return this.rated(rating, state);
    if (kind === "email") return this.email();
    if (kind === "emailed") return this.said("email_thanks", { email: state.email ?? "" });
    return null;
  }

  private said(key: string, values: Record<string, string>): HTMLElement {
    return h("p", { class: "said", role: "status" }, this.ui.texts(key, values));
  }

  private email(): HTMLElement {
    const { texts, deeds } = this.ui;
    const field = h("input", {
      type: "email",
      required: true,
      autocomplete: "email",
      placeholder: "name@example.com",
      "aria-label": texts("email_label"),
    });
    const later = h("button", {
      type: "button",
      class: "later",
      "aria-label": texts("email_later"),
      title: texts("email_later"),
      onclick: deeds.emailLater,
    });
    later.append(icon("x"));
    const send = h("button", { class: "main" }, texts("email_send"));
    const ask = h("p", {}, texts("email_title"));
    const form = h(
      "form",
      { class: "card mail" },
      ask,
      later,
      h("div", { class: "row" }, field, send),
    );
    form.onsubmit = (event) => {
      event.preventDefault();
      deeds.email(field.value.trim());
    };
    return form;
  }

  private rate(old: Rating | null | undefined): HTMLElement {
    const { texts, deeds } = this.ui;
    const comment = h("textarea", {
      rows: 2,
      maxlength: 2000,
      "aria-label": texts("rate_comment"),
    });
    comment.placeholder = texts("rate_comment");
    comment.value = old?.comment ?? "";
    const send = h("button", { class: "main" }, texts("rate_send"));
    const form = h("form", { class: "card rate" }, this.scores(old), this.solved(old), comment);
    form.append(h("div", { class: "row" }, send));
    form.onsubmit = (event) => {
      event.preventDefault();
      const given = new FormData(form);
      this.editing = false;
      const solved = given.get("solved") === "yes";
      deeds.rate({ score: Number(given.get("score")), solved, comment: comment.value.trim() });
    };
    return form;
  }

  private scores(old: Rating | null | undefined): HTMLElement {
    const { texts } = this.ui;
    const faces = SMILES.map((smile, i) => {
      const label = texts(`rate_${i + 1}`);
      const checked = old?.score === i + 1;
      const radio = h("input", {
        type: "radio",
        name: "score",
        value: i + 1,
        required: true,
        checked,
      });
      return h("label", { title: label }, radio, face(smile), h("span", { class: "tip" }, label));
    });
    return h("fieldset", { class: "faces" }, h("legend", {}, texts("rate_title")), ...faces);
  }

  private solved(old: Rating | null | undefined): HTMLElement {
    const { texts } = this.ui;
    const choice = (value: string, checked: boolean): HTMLElement => {
      const radio = h("input", { type: "radio", name: "solved", value, required: true, checked });
      return h("label", {}, radio, h("span", {}, texts(value)));
    };
    const yes = choice("yes", old?.solved === true);
    const no = choice("no", old?.solved === false);
    return h("fieldset", { class: "pills" }, h("legend", {}, texts("rate_solved")), yes, no);
  }

  private rated(rating: Rating, state: State): HTMLElement {
    const { texts } = this.ui;
    const score = h(
      "span",
      { class: "score" },
      face(SMILES[rating.score - 1] ?? 0),
      texts(`rate_${rating.score}`),
    );
    const change = (): void => {
      this.editing = true;
      this.update(state);
      this.element.querySelector("input")?.focus();
    };
    const open = Date.parse(rating.editable_until ?? "") > Date.now();
    return h(
      "div",
      { class: "card thanks", role: "status" },
      h("p", {}, texts("rate_thanks")),
      score,
      open &&
        h("button", { type: "button", class: "quiet", onclick: change }, texts("rate_change")),
    );
  }
}

function emailKind(state: State): string {
  if (!state.ready || state.emailLater) return "";
  const wrote = state.messages.some((m) => m.from === "visitor");
  if (!wrote || state.verified) return "";
  return state.email ? "emailed" : "email";
}

function face(smile: number): Element {
  const eye = (cx: string): Element => svg("circle", { cx, cy: "9.5", r: ".6", class: "eye" });
  const mouth = svg("path", {
    d: `M7.5 ${15 - smile / 2}Q12 ${15 + smile * 1.2} 16.5 ${15 - smile / 2}`,
  });
  const round = svg("circle", { cx: "12", cy: "12", r: "10" });
  return svg(
    "svg",
    { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" },
    round,
    eye("8.8"),
    eye("15.2"),
    mouth,
  );
}
