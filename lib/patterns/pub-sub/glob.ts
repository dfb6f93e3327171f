/** Patterns as PSUBSCRIBE understands them. One pass, which goes back to the last star only: no pattern is slow. */

/** One character of the pattern: what it accepts, and whether it is a star. */
interface Token {
  star: boolean;
  accepts(character: string): boolean;
}

/** `*` any text, `?` one character, `[ab]`, `[a-c]` and `[^a]` one of these or none of them; `\` takes the next one as it is. */
export function matches(pattern: string, name: string): boolean {
  const tokens = tokensOf(pattern);
  let at = 0;
  let back: { token: number; at: number } | null = null;
  for (let token = 0; at < name.length || token < tokens.length; ) {
    const wanted = tokens[token];
    if (wanted?.star) {
      back = { token: token + 1, at };
      token += 1;
    } else if (wanted && at < name.length && wanted.accepts(name[at] ?? "")) {
      token += 1;
      at += 1;
    } else if (back && back.at < name.length) {
      // The star takes one character more.
      back.at += 1;
      [token, at] = [back.token, back.at];
    } else return false;
  }
  return true;
}

function tokensOf(pattern: string): Token[] {
  return [...pattern.matchAll(/\\([\s\S])|\[(\^?)([^\]]*)\]?|([\s\S])/g)].map(([, escaped, not, set, plain = ""]) => {
    if (set !== undefined) return { star: false, accepts: (character) => isIn(set, character) !== (not === "^") };
    if (escaped === undefined && plain === "*") return { star: true, accepts: () => true };
    if (escaped === undefined && plain === "?") return { star: false, accepts: () => true };
    return { star: false, accepts: (character) => character === (escaped ?? plain) };
  });
}

/** "abx-z" */
function isIn(set: string, character: string): boolean {
  return [...set.matchAll(/([\s\S])-([\s\S])|([\s\S])/g)].some(([, from, to, one]) => {
    if (from === undefined || to === undefined) return character === one;
    const [low, high] = from < to ? [from, to] : [to, from];
    return low <= character && character <= high;
  });
}
