"use client";

import { type PointerEvent, useMemo } from "react";
import { useSize } from "../run/hooks";
import { fullName } from "../side-by-side/variants";
import { ChartRow } from "./chart-row";
import { geometryOf, leastHeight, momentAt } from "./geometry";
import { HistoryTwin } from "./history-twin";
import { useFocus, useWorkload } from "./hooks";
import { Legend } from "./legend";
import { LostWrites } from "./lost-writes";
import { historyOf, MEASURES } from "./measures";
import { Moment } from "./moment";
import { killSecondOf } from "./setup";

/** What the same reads and writes were to each strategy: charts on one axis of time, and what was lost. */
export function WorkloadStage() {
  const session = useWorkload();
  const focus = useFocus(session);
  const [ref, size] = useSize<HTMLDivElement>();
  const { view, setup, present } = session;
  const strategies = session.strategies();
  const markList = strategies.map(({ mark }) => mark).join(" ");
  const nameList = strategies.map(fullName).join("\n");
  const room = { width: size.width, scale: present ? 1.6 : 1, charts: MEASURES.length };
  const { width, scale, charts } = room;
  // The same objects while nothing has changed: each chart costs milliseconds.
  const geometry = useMemo(
    () => geometryOf({ width, height: size.height, scale, charts }),
    [width, size.height, scale, charts],
  );
  const marks = useMemo(() => markList.split(" ").map(Number), [markList]);
  const names = useMemo(() => nameList.split("\n"), [nameList]);
  const rows = useMemo(
    () => MEASURES.map((measure) => ({ measure, history: view && historyOf(view, measure) })),
    [view],
  );
  const { seconds, killAt } = view?.workload ?? { seconds: setup.seconds, killAt: killSecondOf(setup) };
  const point = ({ currentTarget, clientX }: PointerEvent<HTMLDivElement>) => {
    const atS = momentAt(geometry, clientX - currentTarget.getBoundingClientRect().left, seconds);
    session.pointAt(atS);
  };
  return (
    <figure>
      <Legend strategies={strategies} geometry={geometry} focus={focus} />
      <div
        ref={ref}
        className="workload-charts"
        style={{ minHeight: leastHeight(room) }}
        onPointerMove={point}
        onPointerLeave={() => session.pointer.point(null)}
      >
        {size.width > 0 &&
          rows.map(({ measure, history }, i) => (
            <ChartRow
              key={measure.id}
              measure={measure}
              history={history}
              marks={marks}
              focus={focus}
              geometry={geometry}
              seconds={seconds}
              killAt={killAt}
              withTime={i === rows.length - 1}
            />
          ))}
        {size.width > 0 && <Moment rows={rows} strategies={strategies} geometry={geometry} seconds={seconds} />}
      </div>
      <LostWrites strategies={strategies} geometry={geometry} />
      {rows.map(
        ({ measure, history }) =>
          history && <HistoryTwin key={measure.id} measure={measure} history={history} names={names} />,
      )}
    </figure>
  );
}
