import type { Metadata } from "next";
import { cookies } from "next/headers";
import { notFound } from "next/navigation";
import { connection } from "next/server";
import { comparisonsOf } from "@/components/home/comparisons";
import { PatternScreen } from "@/components/screen/pattern-screen";
import { highlight } from "@/components/source/highlight";
import { asTheme, THEME_COOKIE } from "@/components/ui/theme";
import { describePattern, describePatterns } from "@/lib/api/describe";
import { lesson } from "@/lib/api/lesson";
import { sourceFiles } from "@/lib/api/source";

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<{ present?: string | string[] }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  await connection();
  const pattern = describePattern((await params).id);
  return pattern ? { title: pattern.title, description: pattern.summary } : {};
}

export default async function PatternPage({ params, searchParams }: Props) {
  await connection();
  const { id } = await params;
  const pattern = describePattern(id);
  if (!pattern) notFound();
  const files = await Promise.all(sourceFiles(id).map(highlight));
  const theme = asTheme((await cookies()).get(THEME_COOKIE)?.value);
  const present = (await searchParams).present === "1";
  return (
    <PatternScreen
      pattern={pattern}
      files={files}
      lesson={lesson(id)}
      present={present}
      theme={theme}
      comparable={pattern.family in comparisonsOf(describePatterns())}
    />
  );
}
