import { cookies } from "next/headers";
import { connection } from "next/server";
import { Catalogue } from "@/components/home/catalogue";
import { comparisonsOf } from "@/components/home/comparisons";
import { StructureTable } from "@/components/home/structure-table";
import { SiteHeader } from "@/components/ui/site-header";
import { asTheme, THEME_COOKIE } from "@/components/ui/theme";
import { describePatterns } from "@/lib/api/describe";

export default async function Home() {
  await connection();
  const theme = asTheme((await cookies()).get(THEME_COOKIE)?.value);
  const patterns = describePatterns();
  return (
    <>
      <SiteHeader theme={theme} />
      <main id="main" className="mx-auto max-w-[980px] px-5 pt-14 pb-24 md:pt-20">
        <h1 className="max-w-[24ch] text-[34px] leading-[1.12] text-balance font-semibold tracking-[-0.022em] md:text-[46px]">
          See Redis patterns work, break and be repaired.
        </h1>
        <p className="mt-5 max-w-[58ch] text-[17px] leading-normal text-pretty text-soft">
          Each page runs a pattern on a real Redis of its own: act on it, watch its keys change, break it, and see its
          safe twin hold under the same attack. Every claim here can be run.
        </p>
        <Catalogue patterns={patterns} comparisons={comparisonsOf(patterns)} />
        <StructureTable patterns={patterns} />
      </main>
    </>
  );
}
