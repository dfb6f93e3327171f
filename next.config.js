/** @type {import("next").NextConfig} */
export default {
  agentRules: false,
  poweredByHeader: false,
  allowedDevOrigins: ["127.0.0.1", "localhost"],
  experimental: { agentUpgrade: false },
  serverExternalPackages: ["ioredis", "shiki"],
};
