import Link from "next/link";
import type { ReactNode } from "react";
import { FAMILIES, type Family } from "@/lib/contract";

interface Props {
  family: Family;
  /** Where one is in the family. */
  here: string;
  className: string;
  /** Beside where one is. */
  beside?: ReactNode;
  /** At the other end: what is shown, and what concerns the whole page. */
  children: ReactNode;
}

/** Where one is, and the few switches that concern the whole page. */
export function PageHeader({ family, here, className, beside, children }: Props) {
  return (
    <header
      className={`${className} flex min-h-11 flex-wrap items-center gap-x-5 gap-y-1 border-b border-hair px-4 py-1.5 text-[13px] present:hidden`}
    >
      <Link href="/" className="font-semibold">
        Redis Patterns
      </Link>
      <nav aria-label="Breadcrumb" className="text-soft">
        <ol className="flex gap-1.5">
          <li>
            <Link href={`/#${family}`} className="hover:text-ink">
              {FAMILIES[family]}
            </Link>
          </li>
          <li aria-hidden="true">/</li>
          <li aria-current="page">{here}</li>
        </ol>
      </nav>
      {beside}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-soft md:ml-auto">{children}</div>
    </header>
  );
}
