type Choices = Record<string, string[]>;
type Whens = Choices | Choices[];

/** Shows of a form, and of the steps beside it, only what is chosen in it asks for; without us all of it shows. */
export function watchWhens(): void {
  for (const form of document.forms) show(form);
  document.addEventListener("change", (event) => {
    const form = (event.target as HTMLInputElement).form;
    if (form) show(form);
  });
}

function show(form: HTMLFormElement): void {
  const chosen = new FormData(form);
  const beside = document.querySelectorAll<HTMLElement>(
    `[data-of="${form.getAttribute("id") ?? "-"}"] [data-when]`,
  );
  for (const part of [...form.querySelectorAll<HTMLElement>("[data-when]"), ...beside]) {
    part.hidden = !holds(JSON.parse(part.dataset.when ?? "{}"), chosen);
  }
}

/**
 * Whether everything is chosen that a part is there for, or one of several such lists; nothing is taken away, so
 * what was entered stays.
 */
export function holds(whens: Whens, chosen: FormData): boolean {
  if (Array.isArray(whens)) return whens.some((choices) => holds(choices, chosen));
  return Object.entries(whens).every(([name, values]) =>
    values.includes(String(chosen.get(`setting.${name}`))),
  );
}
