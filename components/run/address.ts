/** The page's state in its address. */

/**
 * Puts the query into the address, without another entry in the history.
 *
 * The entry keeps its state, by which the router knows it as its own: it would take one without for a navigation, and call
 * back the one that is under way.
 */
export function writeAddress(search: string): void {
  history.replaceState(history.state, "", location.pathname + search);
}
