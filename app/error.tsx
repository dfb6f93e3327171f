"use client";

import Link from "next/link";

/** Shown when a page itself fails; what went wrong is in the server's log, under this digest. */
export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <main id="main" className="mx-auto max-w-[640px] px-5 pt-[18vh]">
      <p className="font-mono text-[15px] text-soft">(error){error.digest ? ` ${error.digest}` : ""}</p>
      <h1 className="mt-3 text-[34px] leading-tight font-semibold tracking-[-0.02em]">This page has failed.</h1>
      <p className="mt-4 text-[16px] text-soft">
        The fault is ours. Your run, if there is one, goes on in the server: trying again takes you back to it.
      </p>
      <p className="mt-6 flex gap-6 text-[16px]">
        <button type="button" className="link" onClick={reset}>
          Try again
        </button>
        <Link href="/" className="link">
          All patterns
        </Link>
      </p>
    </main>
  );
}
