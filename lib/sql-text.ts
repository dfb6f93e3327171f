/** A statement with its values in place, for people to read; it is never sent so. Safe in the browser. */
export function sqlText(sql: string, values: readonly unknown[]): string {
  return sql.replace(/\$(\d+)/g, (parameter, n: string) => {
    const value = values[Number(n) - 1];
    if (value === undefined) return parameter;
    return typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : String(value);
  });
}
