import Link from "next/link";
import { connection } from "next/server";

export default async function NotFound() {
  // Rendered on request like every page: a prerendered one would carry no nonce.
  await connection();
  return (
    <main id="main" className="mx-auto max-w-[640px] px-5 pt-[18vh]">
      <p className="font-mono text-[15px] text-soft">GET {"→"} (nil)</p>
      <h1 className="mt-3 text-[34px] leading-tight font-semibold tracking-[-0.02em]">There is no such key.</h1>
      <p className="mt-4 text-[16px] text-soft">The address may be mistyped, or its pattern is not built yet.</p>
      <p className="mt-6">
        <Link href="/" className="link text-[16px]">
          All patterns
        </Link>
      </p>
    </main>
  );
}
