/** What is said between those who use the embedded PostgreSQL and the worker thread that owns it. */
import type { MessagePort } from "node:worker_threads";
import type { QueryAnswer } from "./engine";

/** workerData of the owner. */
export interface PgliteTask {
  /** Where the database lives; made from the template, gone with its server. */
  directory: string;
  /** A directory that `initdb` has been through already; "": it takes some seconds more. */
  template: string;
}

/** To the owner itself. */
export type PgliteOrder = { kind: "connect"; port: MessagePort } | { kind: "close" };

/** From the owner itself. */
export type PgliteNews = { kind: "ready"; version: string } | { kind: "failed"; problem: string } | { kind: "closed" };

/** Over a port. Without `values`: a script of several statements. */
export interface PgliteRequest {
  id: number;
  schema: string;
  sql: string;
  values?: readonly unknown[];
}

export type PgliteReply = { id: number } & ({ answer: QueryAnswer } | { problem: string });
