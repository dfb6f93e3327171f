import Link from "next/link";
import type { PatternDescription } from "@/lib/contract";

/** Which structure for which problem: the question that one should ask before any pattern. */
export function StructureTable({ patterns }: { patterns: PatternDescription[] }) {
  return (
    <section aria-labelledby="structures" className="border-t border-ink pt-4">
      <h2 id="structures" className="text-[17px] font-semibold">
        Which structure for which problem
      </h2>
      <table className="mt-4 w-full border-collapse text-left max-md:block">
        <thead className="heading max-md:sr-only">
          <tr>
            <th scope="col" className="w-[24%] py-2 pr-6 font-semibold">
              Structure
            </th>
            <th scope="col" className="py-2 pr-6 font-semibold">
              Use it when
            </th>
            <th scope="col" className="py-2 pr-6 font-semibold">
              Not when
            </th>
            <th scope="col" className="w-[16%] py-2 font-semibold">
              Pattern
            </th>
          </tr>
        </thead>
        <tbody className="max-md:block">
          {patterns.map(({ id, title, structure, useWhen, notWhen }) => (
            <tr
              key={id}
              className="border-t border-hair align-top max-md:block max-md:py-3 [&>*]:py-3 [&>*]:pr-6 max-md:[&>*]:block max-md:[&>*]:py-0.5"
            >
              <th scope="row" className="font-medium">
                {structure}
              </th>
              <td>
                <Narrow>Use it when: </Narrow>
                {useWhen}
              </td>
              <td className="text-soft">
                <Narrow>Not when: </Narrow>
                {notWhen}
              </td>
              <td>
                <Link href={`/patterns/${id}`} className="link">
                  {title}
                </Link>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** The column's name, where the heads of columns are not seen. */
function Narrow({ children }: { children: string }) {
  return (
    <span aria-hidden="true" className="font-medium md:hidden">
      {children}
    </span>
  );
}
