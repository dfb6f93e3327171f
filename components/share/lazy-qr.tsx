"use client";

import dynamic from "next/dynamic";

/** Most visits never show a QR code. */
export const LazyQr = dynamic(() => import("./qr-panel").then((module) => module.QrPanel), { ssr: false });
