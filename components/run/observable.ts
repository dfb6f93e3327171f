/** The least that React's `useSyncExternalStore` needs of an object that changes. */
export class Observable {
  private version = 0;
  private readonly listeners = new Set<() => void>();

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): number => this.version;

  protected tell(): void {
    this.version++;
    for (const listener of this.listeners) listener();
  }
}
