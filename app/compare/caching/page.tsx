import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { connection } from "next/server";
import { cachingStrategies } from "@/components/workload/strategies";
import { WorkloadScreen } from "@/components/workload/workload-screen";
import { describePatterns } from "@/lib/api/describe";
import { FAMILIES } from "@/lib/contract";
import { type SearchParams, visitorOf } from "../visitor";

export const metadata: Metadata = {
  title: `${FAMILIES.caching} compared`,
  description:
    "The same reads and writes go to several caching strategies at the same instant: hit rate, queries, staleness, latency, and what a kill loses.",
};

export default async function CompareCachingPage({ searchParams }: { searchParams: SearchParams }) {
  await connection();
  const patterns = cachingStrategies(describePatterns());
  if (!patterns.length) notFound();
  return <WorkloadScreen patterns={patterns} {...(await visitorOf(searchParams))} />;
}
