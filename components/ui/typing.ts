const TYPES_TEXT =
  "input:not([type=radio]):not([type=checkbox]):not([type=range]):not([type=file]), select, textarea, [contenteditable]";

/** Is a key pressed there meant for the field itself? */
export const typesText = (target: Element | null): boolean => target?.matches(TYPES_TEXT) ?? false;
