/** Forms with `data-passkey`: the browser asks for a passkey, its answer is sent with the form. */

type Options = Record<string, unknown>;

const fromText = (text: string): ArrayBuffer => {
  const raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(raw, (letter) => letter.charCodeAt(0)).buffer;
};
const toText = (bytes: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

/** What the server names in base64url, browsers want as bytes. */
function readable(given: Options): Options {
  const read = { ...given, challenge: fromText(String(given.challenge)) } as Options;
  const user = given.user as { id: string } | undefined;
  if (user) read.user = { ...user, id: fromText(user.id) };
  for (const name of ["allowCredentials", "excludeCredentials"]) {
    const known = given[name] as { id: string }[] | undefined;
    if (known) read[name] = known.map((one) => ({ ...one, id: fromText(one.id) }));
  }
  return read;
}

/** What a passkey answered, as JSON. */
function written(found: PublicKeyCredential): string {
  const response = found.response as unknown as Record<string, unknown>;
  const told: Record<string, string> = {};
  for (const name of [
    "clientDataJSON",
    "attestationObject",
    "authenticatorData",
    "signature",
    "userHandle",
  ])
    if (response[name] instanceof ArrayBuffer) told[name] = toText(response[name]);
  return JSON.stringify({
    id: found.id,
    rawId: toText(found.rawId),
    type: found.type,
    authenticatorAttachment: found.authenticatorAttachment,
    clientExtensionResults: found.getClientExtensionResults(),
    response: told,
  });
}

async function optionsOf(form: HTMLFormElement): Promise<Options> {
  const here = form.querySelector("script[type='application/json']")?.textContent;
  if (here) return JSON.parse(here).publicKey;
  const answer = await fetch(form.action, {
    headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" },
  });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()).request_options.publicKey;
}

async function ask(form: HTMLFormElement): Promise<void> {
  const publicKey = readable(await optionsOf(form));
  if (form.dataset.passkey === "create")
    Object.assign(publicKey.authenticatorSelection as object, {
      residentKey: "required",
      requireResidentKey: true,
      userVerification: "required",
    });
  const wanted = { publicKey } as unknown as CredentialCreationOptions & CredentialRequestOptions;
  const found =
    form.dataset.passkey === "create"
      ? await navigator.credentials.create(wanted)
      : await navigator.credentials.get(wanted);
  (form.elements.namedItem("credential") as HTMLInputElement).value = written(
    found as PublicKeyCredential,
  );
  form.submit();
}

for (const form of Array.from(document.querySelectorAll<HTMLFormElement>("form[data-passkey]")))
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const told = form.querySelector<HTMLElement>("[role=alert][hidden]");
    ask(form).catch(() => {
      if (told) told.hidden = false;
    });
  });

export {};
