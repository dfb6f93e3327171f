/** The theme's colours as a canvas needs them: resolved. */

/** `light-dark()` is only resolved in a property that takes a colour, so each is tried on. */
export function resolveColours<Name extends string>(
  element: HTMLElement,
  colours: Readonly<Record<Name, string>>,
): Record<Name, string> {
  const probe = document.createElement("span");
  element.append(probe);
  const resolved = Object.entries<string>(colours).map(([name, value]) => {
    probe.style.color = value;
    return [name, getComputedStyle(probe).color];
  });
  probe.remove();
  return Object.fromEntries(resolved);
}

/** Calls back when the colours may have changed, until the returned function is called. */
export function onThemeChange(listener: () => void): () => void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", listener);
  addEventListener("themechange", listener);
  return () => {
    dark.removeEventListener("change", listener);
    removeEventListener("themechange", listener);
  };
}
