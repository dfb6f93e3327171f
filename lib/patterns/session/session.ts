/** What goes in and comes out of the actions of a session, the same for every variant. */

export const SESSION_PREFIX = "session:";
/** The index of a user's sessions stands between these two. */
export const INDEX = { before: "user:", after: ":sessions" };

export type SessionParams = {
  /** A session that nobody uses for so long is over. */
  idleMs: number;
  /** So long after its login it is over, however often it is used. */
  absoluteMs: number;
};

export type CreateBody = { userId: string; email: string; role: string; ip: string; userAgent: string };
export type SessionBody = { sessionId: string };
export type SetBody = { sessionId: string; field: string; value: string };
export type UserBody = { userId: string };
export type RotateBody = { sessionId: string; role?: string };

export type CreateResult = { sessionId: string };
/** `session`: its fields; null when there is no such session, or no longer. */
export type GetResult = { session: Record<string, string> | null };
/** `written`: false when there was no session to write into. */
export type SetResult = { written: boolean };
/** `destroyed`: false when there was none. */
export type DestroyResult = { destroyed: boolean };
/** `destroyed`: how many. */
export type DestroyAllResult = { destroyed: number };
/** `sessionId`: the id to go on with; null when there was no session under the old one. */
export type RotateResult = { sessionId: string | null };
