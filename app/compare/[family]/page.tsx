import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { connection } from "next/server";
import { CompareScreen } from "@/components/compare/compare-screen";
import { comparableFamilies, comparablePatterns } from "@/components/compare/family";
import { describePatterns } from "@/lib/api/describe";
import { FAMILIES } from "@/lib/contract";
import { type SearchParams, visitorOf } from "../visitor";

interface Props {
  params: Promise<{ family: string }>;
  searchParams: SearchParams;
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
  const patterns = comparablePatterns(describePatterns(), family);
  return <CompareScreen family={family} patterns={patterns} {...(await visitorOf(searchParams))} />;
}
