import Link from "next/link";
import type { Theme } from "./theme";
import { ThemeSwitch } from "./theme-switch";

/** The header of pages that are not a pattern's. */
export function SiteHeader({ theme }: { theme: Theme }) {
  return (
    <header className="flex min-h-11 items-center border-b border-hair px-4 text-[13px]">
      <Link href="/" className="font-semibold">
        Redis Patterns
      </Link>
      <div className="ml-auto">
        <ThemeSwitch initial={theme} />
      </div>
    </header>
  );
}
