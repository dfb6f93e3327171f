/** @type {import("next").NextConfig} */
export default {
  agentRules: false,
  poweredByHeader: false,
  allowedDevOrigins: ["127.0.0.1", "localhost"],
  experimental: { agentUpgrade: false },
  // `npm test` checks the types; a start need not wait for it, nor fail for a test file.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: ["ioredis", "shiki"],
};
