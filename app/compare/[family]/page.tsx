import type { Metadata } from "next";
import { cookies } from "next/headers";
import { notFound } from "next/navigation";
import { connection } from "next/server";
import { CompareScreen } from "@/components/compare/compare-screen";
import { comparableFamilies, comparablePatterns } from "@/components/compare/family";
import { asTheme, THEME_COOKIE } from "@/components/ui/theme";
import { describePatterns } from "@/lib/api/describe";
import { FAMILIES } from "@/lib/contract";

interface Props {
  params: Promise<{ family: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

const familyOf = async (params: Props["params"]) => {
  const { family } = await params;
  return comparableFamilies(describePatterns()).find((one) => one === family);
};

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  await connection();
  const family = await familyOf(params);
  if (!family) return {};
  return {
    title: `${FAMILIES[family]} compared`,
    description:
      "One stream of requests goes to several limiters at the same instant: what each admits, and what it costs.",
  };
}

export default async function ComparePage({ params, searchParams }: Props) {
  await connection();
  const family = await familyOf(params);
  if (!family) notFound();
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(await searchParams)) if (typeof value === "string") query.set(name, value);
  const theme = asTheme((await cookies()).get(THEME_COOKIE)?.value);
  const patterns = comparablePatterns(describePatterns(), family);
  return <CompareScreen family={family} patterns={patterns} search={`?${query}`} theme={theme} />;
}
