/** The fencing token: the number at the end of a lock's token, or the number itself. They are minted from 1 on; 0: none. */
export function fenceOf(token: string | number): number {
  const [, number = 0] = /(?:^|:)(\d{1,15})$/.exec(String(token)) ?? [];
  return Number(number);
}
