/** Pictures that cannot be shown stand there as any other file does: by their name, to be opened. */
export function watchShots(): void {
  document.addEventListener("error", (event) => asFile(event.target), true);
  for (const shot of document.querySelectorAll<HTMLImageElement>(".shot img")) {
    if (shot.complete && shot.naturalWidth === 0) asFile(shot); // before we listened
  }
}

function asFile(shot: EventTarget | null): void {
  const link = shot instanceof HTMLImageElement ? shot.closest(".shot") : null;
  if (!link) return;
  link.className = "file";
  for (const part of link.children) part.toggleAttribute("hidden");
}
