import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL("..", import.meta.url));
const onDatabase = ["lib/**/*.db.test.ts", "lib/**/*.api.test.ts"];
// `server-only` throws without the condition, and only when Vite itself resolves it
const shared = {
  root,
  // Vite takes an import that ends in `/events` for Node's own module; the map of package.json is spelled out here
  resolve: {
    alias: [
      { find: /^#lib\/(.+?)(?:\.ts)?$/, replacement: `${root}lib/$1.ts` },
      { find: /^#(components|app)\/(.+)$/, replacement: `${root}$1/$2.tsx` },
    ],
  },
  ssr: { resolve: { conditions: ["react-server", "module", "node", "development|production"] } },
};
const server = { deps: { inline: ["server-only"] } };

export default defineConfig({
  ...shared,
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: "unit",
          include: ["lib/**/*.test.ts", "components/**/*.test.ts"],
          exclude: onDatabase,
          server,
          testTimeout: 30_000,
        },
      },
      {
        ...shared,
        test: {
          name: "db",
          include: onDatabase,
          globalSetup: "lib/testing/cluster.ts",
          setupFiles: "lib/testing/database.ts",
          server,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
