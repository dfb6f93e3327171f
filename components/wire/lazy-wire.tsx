"use client";

import dynamic from "next/dynamic";

/** The wire has nothing to show before the run is open: its code comes after the page's. */
export const LazyWire = dynamic(() => import("./wire").then((module) => module.Wire), { ssr: false });
