"use client";

import { useSampled, useStore } from "../run/hooks";
import { commandsByActor } from "./marks";

/** The track's twin in words: how many commands each actor has sent, up to the playhead and in all. */
export function ActorTable({ actors, atSeq }: { actors: readonly string[]; atSeq: number }) {
  const { marks, log } = useStore("playhead");
  const seq = useSampled(atSeq, 500);
  if (actors.length === 0) return null;
  const passed = commandsByActor(marks.marks, seq);
  const all = commandsByActor(marks.marks, log.lastSeq);
  return (
    <div className="sr-only">
      <table aria-label="Commands by actor">
        <thead>
          <tr>
            <th scope="col">Actor</th>
            <th scope="col">Up to the playhead</th>
            <th scope="col">In all</th>
          </tr>
        </thead>
        <tbody>
          {actors.map((actor) => (
            <tr key={actor}>
              <th scope="row">{actor}</th>
              <td>{passed.get(actor) ?? 0}</td>
              <td>{all.get(actor) ?? 0}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
