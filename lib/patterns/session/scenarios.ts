/** The stories of a session. Stories name a session by its label: s1 is the first one of the run. */
import type { Body, RaceActor, Scenario } from "../../contract";
import type { Verdict } from "../../events";
import type { SessionParams } from "./session";

const ANN = { userId: "ann", email: "ann@example.org", role: "member" };
const LAPTOP = { ...ANN, client: "laptop", ip: "198.51.100.7", userAgent: "Firefox" };
const BOB = { ...ANN, userId: "bob", email: "bob@example.org", client: "bob", userAgent: "Edge" };
const NO_RUSH = { idleMs: 15_000, absoluteMs: 60_000 };

const doing = (action: string, body: Body) => (actor: RaceActor<SessionParams>) => actor.act(action, body);
const login = doing("create", LAPTOP);

const plural = (n: number, one: string) => (n === 1 ? `a ${one}` : `${n} ${one}s`);
const withoutTtl = ({ metrics: { withoutTtl = 0 } }: Verdict) => `leave ${plural(withoutTtl, "session")} without a TTL`;

export const scenarios: Scenario<SessionParams>[] = [
  {
    id: "visit",
    title: "A visit",
    summary:
      "Ann logs in, reads three pages, and closes the lid. Nobody logs out; the session ends by itself when its idle time is over, and Redis says so when it deletes it.",
    params: { idleMs: 4000, absoluteMs: 60_000 },
    expect: { "as-written": "holds", multi: "holds", safe: "holds" },
    async play(tools) {
      await tools.act("create", LAPTOP);
      for (let page = 0; page < 3; page++) {
        await tools.sleep(1500);
        await tools.act("get", { client: "laptop", sessionId: "s1" });
      }
      await tools.sleep(6000);
      await tools.act("get", { client: "laptop", sessionId: "s1" });
    },
  },
  {
    id: "crash-in-create",
    title: "A crash during the login",
    summary:
      "The app server that logs ann in dies after its first command. If the TTL was to come with the second one, the session stays for ever.",
    params: NO_RUSH,
    expect: { "as-written": "breaks", multi: "holds", safe: "holds" },
    race: {
      before: doing("create", BOB),
      actors: { laptop: login },
      crashes: ["laptop"],
      order: ["laptop", "crash:laptop"],
      breach: withoutTtl,
    },
  },
  {
    id: "long-use",
    title: "Used again and again",
    summary:
      "Somebody uses ann's session every 2.5 s. Its idle time never runs out; after 12 s the absolute limit is reached. Is it still answered?",
    params: { idleMs: 4000, absoluteMs: 12_000 },
    expect: { "as-written": "breaks", multi: "breaks", safe: "holds" },
    async play(tools) {
      await tools.act("create", LAPTOP);
      for (let use = 1; use <= 6; use++) {
        await tools.sleep(2500);
        await tools.act("get", { client: "laptop", sessionId: "s1" });
      }
    },
  },
  {
    id: "parallel-writes",
    title: "Two requests on one session",
    summary:
      "One page sends two requests: one changes the cart, the other the theme. Each then reads the session again. Is what both were told still there?",
    params: NO_RUSH,
    expect: { "as-written": "breaks", multi: "holds", safe: "holds" },
    race: {
      async before({ act }) {
        await act("create", LAPTOP);
        await act("set", { sessionId: "s1", field: "cart", value: "1 book" });
        await act("set", { sessionId: "s1", field: "theme", value: "light" });
      },
      actors: {
        "tab-1": async ({ act }) => {
          await act("set", { sessionId: "s1", field: "cart", value: "2 books" });
          await act("get", { sessionId: "s1" });
        },
        "tab-2": async ({ act }) => {
          await act("set", { sessionId: "s1", field: "theme", value: "dark" });
          await act("get", { sessionId: "s1" });
        },
      },
      order: ["tab-1", "tab-2"],
      breach: ({ metrics: { lostWrites = 0 } }) => `lose ${plural(lostWrites, "write")}`,
    },
  },
  {
    id: "late-write",
    title: "A write after the logout",
    summary:
      "Ann logs out while a slow request is still at work on her session. What it writes must not bring the session back.",
    params: NO_RUSH,
    expect: { "as-written": "breaks", multi: "breaks", safe: "holds" },
    race: {
      before: login,
      actors: {
        slow: doing("set", { sessionId: "s1", field: "cart", value: "1 book" }),
        ann: doing("destroy", { sessionId: "s1" }),
      },
      order: ["slow", "ann", "slow"],
      breach: withoutTtl,
    },
  },
  {
    id: "logout-everywhere",
    title: "Log out everywhere",
    summary:
      "Ann is logged in on three devices, and one of them is stolen. She logs out on the laptop, then everywhere. Bob stays.",
    params: NO_RUSH,
    expect: { "as-written": "n/a", multi: "n/a", safe: "holds" },
    async play(tools) {
      const phone = { ...ANN, client: "phone", userAgent: "Safari" };
      const stolen = { ...ANN, client: "stolen-tablet", userAgent: "Chrome" };
      await tools.act("create", LAPTOP);
      await tools.act("create", phone);
      await tools.act("create", stolen);
      await tools.act("create", BOB);
      await tools.sleep(2000);
      await tools.act("get", { client: "stolen-tablet", sessionId: "s3" });
      await tools.sleep(2000);
      await tools.act("destroy", { client: "laptop", sessionId: "s1" });
      await tools.sleep(2000);
      await tools.act("destroy-all", { client: "phone", userId: "ann" });
      await tools.sleep(2000);
      await tools.act("get", { client: "stolen-tablet", sessionId: "s3" });
      await tools.act("get", { client: "phone", sessionId: "s2" });
      await tools.act("get", { client: "bob", sessionId: "s4" });
    },
  },
  {
    id: "fixation",
    title: "An id from before the login",
    summary:
      "An intruder opens a guest's session and sends ann a link with its id. Ann logs in on it. Does the id that the intruder knows now open her account?",
    params: NO_RUSH,
    expect: { "as-written": "breaks", multi: "breaks", safe: "holds" },
    async play(tools) {
      await tools.act("create", { ...ANN, role: "guest", client: "intruder", userAgent: "curl" });
      await tools.sleep(2000);
      await tools.act("get", { client: "ann", sessionId: "s1" });
      await tools.sleep(2000);
      const rotated = await tools.act("rotate", { client: "ann", sessionId: "s1", role: "member" });
      // Where there is no rotation, the role is written under the id that there is.
      if (rotated === null) await tools.act("set", { client: "ann", sessionId: "s1", field: "role", value: "member" });
      await tools.sleep(2000);
      await tools.act("get", { client: "intruder", sessionId: "s1" });
      await tools.act("get", { client: "ann", sessionId: rotated === null ? "s1" : "s2" });
    },
  },
];
