import { cookies } from "next/headers";
import { asTheme, THEME_COOKIE, type Theme } from "@/components/ui/theme";

export type SearchParams = Promise<Record<string, string | string[] | undefined>>;

/** What a page that compares needs of the request: the address' query and the theme. */
export async function visitorOf(searchParams: SearchParams): Promise<{ search: string; theme: Theme }> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(await searchParams)) if (typeof value === "string") query.set(name, value);
  return { search: `?${query}`, theme: asTheme((await cookies()).get(THEME_COOKIE)?.value) };
}
