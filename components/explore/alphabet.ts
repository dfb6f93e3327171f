/** Explored orders as the API packs them: one character a step, an index into the alphabet of steps in base 36. */

export function decodeOrder(packed: string, alphabet: readonly string[]): string[] {
  return [...packed].map((character) => alphabet[Number.parseInt(character, 36)] ?? "?");
}

/** Null when a step is none of the alphabet's. */
export function encodeOrder(order: readonly string[], alphabet: readonly string[]): string | null {
  const indices = order.map((step) => alphabet.indexOf(step));
  return indices.includes(-1) ? null : indices.map((index) => index.toString(36)).join("");
}
