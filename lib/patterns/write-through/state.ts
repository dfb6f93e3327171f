/** What the stage remembers of a run. JSON, bounded. */
import type { Mark } from "../../families/history";
import type { Books } from "./books";

export interface Writer {
  writer: string;
  touchedSeq: number;
  /** Whom it last wrote or read. */
  user: number;
  marks: Mark[];
}

export interface State {
  books: Books;
  writers: Writer[];
  /** The user that is drawn unless the learner picks a writer: one that has parted, else the one last written or read. */
  shown: number | null;
}
