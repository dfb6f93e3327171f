/**
 * Secrets of a pattern (session ids) never stand whole in a trace: each becomes a label of its own and its first characters,
 * `s1·a1b2c3`, before anything is kept. Whoever acts may name a secret by its label; the label is good for this run only.
 */
import type { Body, Pattern, Redact } from "../contract";

const SHOWN_CHARACTERS = 6;
const JOINT = "·";
/** Beyond so many the oldest is forgotten: its label resolves no more, and if it is seen again it gets a new one. */
const MAX_KNOWN = 10_000;

export class Redaction {
  /** Secret → `s1·a1b2c3`, oldest first. */
  private readonly labels = new Map<string, string>();
  /** `s1` → secret. */
  private readonly secrets = new Map<string, string>();
  private count = 0;

  constructor(private readonly rule: Redact) {}

  /** Null for the many patterns that have nothing to hide. */
  static of({ redact }: Pattern): Redaction | null {
    return redact ? new Redaction(redact) : null;
  }

  /** The same value with every secret in it replaced. What holds none is answered as it is; nothing is changed in place. */
  hide<T>(value: T): T {
    return this.hidden(value) as T;
  }

  /** The body with secrets in place of the labels that were given for them. What is no label stays. */
  resolve(body: Body): Body {
    const resolved = { ...body };
    for (const field of this.rule.fields) {
      const given = body[field];
      if (typeof given === "string") resolved[field] = this.secretOf(given) ?? given;
    }
    return resolved;
  }

  /** Labels count from 1 again; those that were given are good no more. */
  startAfresh(): void {
    this.labels.clear();
    this.secrets.clear();
    this.count = 0;
  }

  /** By `s1` or by the whole `s1·a1b2c3`. */
  private secretOf(given: string): string | undefined {
    const [short = ""] = given.split(JOINT);
    const secret = this.secrets.get(short);
    return secret !== undefined && (given === short || given === this.labels.get(secret)) ? secret : undefined;
  }

  private hidden(value: unknown): unknown {
    if (typeof value === "string") return value.replace(this.rule.secret, (secret) => this.labelOf(secret));
    if (Array.isArray(value)) return this.hiddenList(value);
    return typeof value === "object" && value !== null ? this.hiddenFields(value) : value;
  }

  private hiddenList(items: readonly unknown[]): readonly unknown[] {
    const hidden = items.map((item) => this.hidden(item));
    return hidden.some((item, i) => item !== items[i]) ? hidden : items;
  }

  private hiddenFields(object: object): object {
    let changed = false;
    const fields = Object.entries(object).map(([name, value]) => {
      const field = [this.hidden(name) as string, this.hidden(value)] as const;
      changed ||= field[0] !== name || field[1] !== value;
      return field;
    });
    return changed ? Object.fromEntries(fields) : object;
  }

  private labelOf(secret: string): string {
    const known = this.labels.get(secret);
    if (known !== undefined) return known;
    this.count += 1;
    const short = `${this.rule.letter}${this.count}`;
    const label = `${short}${JOINT}${secret.slice(0, SHOWN_CHARACTERS)}`;
    this.labels.set(secret, label);
    this.secrets.set(short, secret);
    if (this.labels.size > MAX_KNOWN) this.forgetOldest();
    return label;
  }

  private forgetOldest(): void {
    const [oldest] = this.labels;
    if (!oldest) return;
    const [secret, label] = oldest;
    this.labels.delete(secret);
    this.secrets.delete(label.split(JOINT)[0] ?? "");
  }
}
