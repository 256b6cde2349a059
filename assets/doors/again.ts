/** A form with `data-again`: sent at once. An answer posted from elsewhere comes without our cookie. */

document.querySelector<HTMLFormElement>("form[data-again]")?.requestSubmit();
