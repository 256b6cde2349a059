import type { Hello, Welcome } from "./frames";
import type { Keep } from "./keep";

const OWN = ["token", "signed", "email"];

/** Who sits here: the token that `live` gave, and the log-in that the shop signed. */
export class Visitor {
  private introduced = false;
  /** The token that this page was given as a newcomer: the other tabs must hear it. */
  given: string | null = null;
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
    this.given = null;
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
    this.forgotten();
    for (const key of OWN) this.kept.write(key, null);
  }

  /** The other tab has logged out; what was kept is gone already. */
  forgotten(): void {
    this.jwt = this.given = null;
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

  /**
   * Another tab was given a name too, and storage may tell either of us too late: the name that
   * sorts first is the one for both. True where it is theirs and we must introduce ourselves anew.
   */
  meets(token: string): boolean {
    if (this.introduced || (this.given && this.given <= token)) return false;
    this.kept.write("token", token);
    return this.given !== null;
  }

  /** Remember who we are, and whether the shop vouched for it. */
  admit(welcome: Welcome): void {
    if (!this.introduced) this.given = welcome.token;
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
