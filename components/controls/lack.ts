/** Why a fault or a scenario is not possible on this machine; null when it is. */
import type { RunView } from "@/lib/contract";

export const lackOf = (needs: "clock" | null, clock: RunView["clock"] | undefined): string | null =>
  needs === "clock" && clock === "fallback"
    ? "This machine could not compile the clock shim, so no server's clock can be moved."
    : null;
