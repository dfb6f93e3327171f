import { NumberSetting } from "../controls/number-setting";
import type { Range } from "../controls/slider-scale";

interface Field<Key> {
  key: Key;
  title: string;
  unit: string;
  range: Range;
  withSlider?: boolean;
}

interface Props<Key extends string> {
  values: Readonly<Record<Key, number>>;
  fields: readonly Field<Key>[];
  onChange: (key: Key, value: number) => void;
}

/** Numbers of a set-up, one under the other. */
export function Settings<Key extends string>({ values, fields, onChange }: Props<Key>) {
  return fields.map(({ key, ...field }) => (
    <NumberSetting key={key} {...field} value={values[key]} onChange={(value) => onChange(key, value)} />
  ));
}

/** What there is to know of them, a sentence each. */
export function Notes({ lines }: { lines: readonly string[] }) {
  return lines.map((line) => (
    <p key={line} className="mt-1.5 text-[12.5px] text-soft">
      {line}
    </p>
  ));
}
