import type { Hello, Welcome } from "./frames";
import type { Keep } from "./keep";

const OWN = ["token", "signed", "email"];

/** Who sits here: the token that `live` gave, and the log-in that the shop signed. */
export class Visitor {
  private introduced = false;
  private waiting: ((token: string) => void)[] = [];

  constructor(
    private kept: Keep,
    private jwt: string | null,
  ) {}

  get token(): string | null {
    return this.kept.read("token");
  }

  get isKnown(): boolean {
    return !!(this.token || this.jwt);
  }

  hello(): Hello {
    const { token, jwt } = this;
    const hello: Hello = { type: "hello", page: { url: location.href, title: document.title } };
    if (token) hello.token = token;
    if (jwt) hello.jwt = jwt;
    this.introduced = this.isKnown;
    return hello;
  }

  /** False where this log-in is the one we have. */
  identify(jwt: string): boolean {
    const isNew = this.jwt !== jwt;
    this.jwt = jwt;
    return isNew;
  }

  /** A log-in that this page does not vouch for is over. */
  arrive(): void {
    if (!this.jwt && this.kept.read("signed")) this.forget();
  }

  forget(): void {
    this.jwt = null;
    for (const key of OWN) this.kept.write(key, null);
  }

  /** The other tab has logged out; what was kept is gone already. */
  forgotten(): void {
    this.jwt = null;
  }

  /** The server takes the log-in or else the token for invalid: go on without. */
  rejected(): void {
    if (this.jwt) this.jwt = null;
    else this.kept.write("token", null);
  }

  /** Two new tabs at once were given two names: the first to be kept is the one for both. */
  isStranger(welcome: Welcome): boolean {
    const { token } = this;
    return !this.introduced && token !== null && token !== welcome.token;
  }

  /** Remember who we are, and whether the shop vouched for it. */
  admit(welcome: Welcome): void {
    this.kept.write("token", welcome.token);
    this.kept.write("signed", welcome.verified ? "1" : null);
    for (const go of this.waiting.splice(0)) go(welcome.token);
  }

  /** The token, as soon as there is one. */
  known(): Promise<string> {
    const { token } = this;
    return token
      ? Promise.resolve(token)
      : new Promise((resolve) => {
          this.waiting.push(resolve);
        });
  }
}
