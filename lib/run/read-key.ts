/** One key as a person would look at it: bounded reads by type, never `KEYS`. */

import type { Redis } from "ioredis";
import type { InspectedKey } from "../contract";
import type { EventOf } from "../events";
import { keysOf } from "../redis/keys";
import { toWireValue } from "./wire-value";

const ITEMS = 50;
/** Of a key that takes more than this fewer items are read: a look must cost little. */
const LARGE_BYTES = 256 * 1024;

interface Reading {
  cli: string;
  /** How many items there are; absent where the value is one thing. */
  length?(redis: Redis, key: string): Promise<number>;
  read(redis: Redis, key: string, items: number): Promise<unknown>;
}

const readings: Record<string, Reading> = {
  string: { cli: "GET", read: (redis, key) => redis.getrange(key, 0, 2047) },
  hash: {
    cli: "HGETALL",
    length: (redis, key) => redis.hlen(key),
    read: async (redis, key, items) => {
      const [, flat] = await redis.hscan(key, 0, "COUNT", items);
      return Object.fromEntries(flat.flatMap((field, i) => (i % 2 === 0 ? [[field, flat[i + 1]]] : [])));
    },
  },
  list: {
    cli: "LRANGE",
    length: (redis, key) => redis.llen(key),
    read: (redis, key, items) => redis.lrange(key, 0, items - 1),
  },
  set: {
    cli: "SMEMBERS",
    length: (redis, key) => redis.scard(key),
    read: async (redis, key, items) => (await redis.sscan(key, 0, "COUNT", items))[1],
  },
  zset: {
    cli: "ZRANGE",
    length: (redis, key) => redis.zcard(key),
    read: (redis, key, items) => redis.call("ZRANGE", key, 0, items - 1, "WITHSCORES"),
  },
  stream: {
    cli: "XRANGE",
    length: (redis, key) => redis.xlen(key),
    read: (redis, key, items) => redis.call("XRANGE", key, "-", "+", "COUNT", items),
  },
};
const CLI_TAIL: Record<string, string> = { list: " 0 -1", zset: " 0 -1 WITHSCORES", stream: " - +" };

const shellWord = (text: string) => (/^[\w:.@/+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/** @returns the key with kind "none" when it is not there. */
export async function readKey(redis: Redis, key: string): Promise<InspectedKey> {
  const [kind, ttlMs, memoryBytes, encoding] = await Promise.all([
    redis.type(key),
    redis.pttl(key),
    redis.memory("USAGE", key),
    redis.object("ENCODING", key),
  ]);
  const reading = readings[kind];
  const items = Math.max(1, Math.floor(ITEMS * Math.min(1, LARGE_BYTES / (Number(memoryBytes) || 1))));
  const [value, length] = await Promise.all([
    reading?.read(redis, key, items) ?? null,
    reading?.length?.(redis, key) ?? null,
  ]);
  return {
    key,
    kind,
    ttlMs,
    memoryBytes: typeof memoryBytes === "number" ? memoryBytes : null,
    encoding: typeof encoding === "string" ? encoding : null,
    length,
    value: toWireValue(value),
    cli: `redis-cli ${reading?.cli ?? "TYPE"} ${shellWord(key)}${CLI_TAIL[kind] ?? ""}`,
  };
}

/** As it stands in an observation. @param node which of the run's nodes has it */
export function observedKey(
  { key, kind, ttlMs, length, memoryBytes, value }: InspectedKey,
  node?: number,
): EventOf<"observation">["keys"][number] {
  return {
    key,
    ...(node === undefined ? {} : { node }),
    kind,
    ttlMs,
    ...(length === null ? {} : { length }),
    ...(memoryBytes === null ? {} : { bytes: memoryBytes }),
    value,
  };
}

/** Every key of a small Redis, by name. */
export async function readAll(redis: Redis): Promise<InspectedKey[]> {
  const keys = await keysOf(redis);
  return Promise.all(keys.sort().map((key) => readKey(redis, key)));
}
