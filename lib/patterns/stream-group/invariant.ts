/** No entry idles while somebody could take it, each ends acknowledged or dead-lettered, and none takes effect twice. */
import type { Invariant } from "../../contract";
import { type Books, book, emptyBooks } from "./books";
import { type Group, pendingOf, unfinished } from "./groups";
import type { StreamParams } from "./jobs";
import { digits } from "./panels";

export const invariant: Invariant<StreamParams, Books> = {
  text: "While a consumer lives, no entry idles longer than “taken over after” + a turn and a job; each ends acked or dead-lettered, none twice in effect.",
  initial: emptyBooks,
  fold: book,
  carriesOn: true,
  judge(books) {
    const { tape, groups, consumers, violations, effectCount, repeated, twice, late } = books;
    const sum = (of: (group: Group) => number) => groups.reduce((all, group) => all + of(group), 0);
    const open = sum((group) => unfinished(group, tape));
    const [acked, dead, lost, skipped] = [
      sum((group) => group.acked),
      sum((group) => group.dead),
      sum((group) => group.lost),
      sum((group) => group.skipped),
    ];
    const isBroken = violations.length > 0;
    return {
      holds: isBroken ? false : open === 0 && acked + dead > 0 ? true : null,
      text: isBroken ? brokenText(books) : openText(books, { acked, dead, open }),
      violations,
      metrics: {
        added: tape.added,
        kept: tape.added - tape.trimmed,
        acked,
        dead,
        pending: sum((group) => pendingOf(group).length + group.pendingMore),
        waiting: sum((group) => Math.max(0, tape.added - group.cursor)),
        unfinished: open,
        redelivered: sum((group) => group.redelivered),
        replayed: sum((group) => group.replayed),
        effects: effectCount,
        repeated,
        twice,
        skipped,
        lost,
        late,
        consumers: consumers.filter(({ state }) => state === "working").length,
      },
    };
  },
};

/** What is wrong, of each kind one part. */
function brokenText({ groups, tape, late, twice, violations }: Books): string {
  const parts = [
    ...groups.flatMap((group) =>
      group.skipped > 0
        ? [`${group.id} has never seen ${digits(group.skipped)} of ${counted(tape.added)}: it began after them.`]
        : [],
    ),
    ...groups.flatMap((group) =>
      group.lost > 0
        ? [
            `${group.id} has lost ${digits(group.lost)} of ${counted(tape.added)}: trimmed away before it was done with them.`,
          ]
        : [],
    ),
    ...(late > 0
      ? [
          `${counted(late)} ${late === 1 ? "has" : "have"} idled longer than “taken over after” + a turn while a consumer worked.`,
        ]
      : []),
    ...(twice > 0 ? [`${digits(twice)} ${twice === 1 ? "job has" : "jobs have"} taken effect twice.`] : []),
  ];
  // A group that has since been given what it had skipped is still one that had skipped it.
  return parts.length > 0 ? parts.slice(0, 2).join(" ") : (violations[0]?.text ?? "");
}

function openText(
  { tape, groups, repeated }: Books,
  { acked, dead, open }: Record<"acked" | "dead" | "open", number>,
): string {
  if (tape.added === 0) return "No entry yet.";
  if (groups.length === 0) return `${counted(tape.added)}, and no group that reads them.`;
  const of = groups.length === 1 ? (groups[0]?.id ?? "") : `${groups.length} groups`;
  const buried = dead > 0 ? `, ${digits(dead)} dead-lettered` : "";
  const again = repeated > 0 ? ` ${digits(repeated)} tried a second time, without effect.` : "";
  const so = `${counted(tape.added)} for ${of}: ${digits(acked)} acked${buried}`;
  return open > 0 ? `${so}, ${digits(open)} still to be done.${again}` : `${so}, none left and none twice.${again}`;
}

const counted = (n: number): string => `${digits(n)} ${n === 1 ? "entry" : "entries"}`;
