/** What outlives a page: the browser's storage, or this page's memory where storage is shut. */
export class Keep {
  private memory = new Map<string, string>();

  constructor(
    private prefix: string,
    private area: () => Storage,
  ) {}

  read(key: string): string | null {
    const name = this.prefix + key;
    try {
      return this.memory.get(name) ?? this.area().getItem(name);
    } catch {
      return null;
    }
  }

  write(key: string, value: string | null): void {
    const name = this.prefix + key;
    this.memory.delete(name);
    try {
      if (value === null) this.area().removeItem(name);
      else this.area().setItem(name, value);
    } catch {
      if (value !== null) this.memory.set(name, value);
    }
  }

  /** The keys that begin with `start`. */
  keys(start: string): string[] {
    const names = new Set(this.memory.keys());
    try {
      for (const name of Object.keys(this.area())) names.add(name);
    } catch {
      // storage is shut: what is in memory is all there is
    }
    const from = this.prefix + start;
    return [...names].filter((n) => n.startsWith(from)).map((n) => n.slice(this.prefix.length));
  }
}
