#!/usr/bin/env node
// Stands in for Prisma's native `schema-engine`: the same flags and JSON-RPC over stdio, on the WASM engine from npm.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import process from "node:process";
import readline from "node:readline";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from "@prisma/driver-adapter-utils";
import pg from "pg";

const require = createRequire(import.meta.url);
const argv = process.argv.slice(2);
const option = (name) => (argv.includes(name) ? argv[argv.indexOf(name) + 1] : undefined);
const log = (level, message, extra = {}) =>
  process.stderr.write(
    `${JSON.stringify({ timestamp: new Date().toISOString(), level, fields: { message, ...extra }, target: "schema_engine::logger" })}\n`,
  );
const nowhere = "postgresql://none:none@127.0.0.1:1/none";
const charType = 18;
const textType = 25;

globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (message) => log("ERROR", message) };
process.on("uncaughtException", (error) => {
  log("ERROR", error?.message ?? String(error));
  process.exit(1);
});

/** Separate fields, because a connection string would win over `database`. */
function settings(url) {
  const parsed = new URL(url);
  const mode = parsed.searchParams.get("sslmode");
  return {
    host: parsed.searchParams.get("host") ?? decodeURIComponent(parsed.hostname),
    port: Number(parsed.port || 5432),
    user: decodeURIComponent(parsed.username),
    password: decodeURIComponent(parsed.password),
    database: decodeURIComponent(parsed.pathname.slice(1)),
    max: 4,
    ...(mode && mode !== "disable" && mode !== "prefer"
      ? { ssl: { rejectUnauthorized: mode.startsWith("verify") } }
      : {}),
  };
}
const schemaOf = (url) => new URL(url).searchParams.get("schema") ?? "public";

/** The adapter splits scripts at every `;`, which breaks `$$` bodies, and does not know the catalogue's type "char". */
function wrap(adapter, raw) {
  const { queryRaw } = adapter;
  adapter.queryRaw = async (query) => {
    let chars = [];
    const self = Object.create(adapter);
    self.performIO = async (request) => {
      const result = await adapter.performIO(request);
      chars = result.fields.map((field) => {
        const isChar = field.dataTypeID === charType;
        if (isChar) field.dataTypeID = textType;
        return isChar;
      });
      return result;
    };
    const result = await queryRaw.call(self, query);
    result.columnTypes = result.columnTypes.map((type, index) => (chars[index] ? ColumnTypeEnum.Character : type));
    return result;
  };
  adapter.executeScript = async (sql) => {
    try {
      await raw.query(sql);
    } catch (error) {
      adapter.onError(error);
    }
  };
  if (adapter.startTransaction) {
    const start = adapter.startTransaction.bind(adapter);
    adapter.startTransaction = async (isolation) => {
      const transaction = await start(isolation);
      return wrap(transaction, transaction.client);
    };
  }
  return adapter;
}

const quietPool = (config) => {
  const pool = new pg.Pool(config);
  pool.on("error", () => {});
  return pool;
};

class Factory extends PrismaPg {
  constructor(url, shadowUrl) {
    super(settings(url), { schema: schemaOf(url) });
    this.url = url;
    this.shadowUrl = shadowUrl;
  }

  async connect() {
    const pool = quietPool(settings(this.url));
    const factory = new PrismaPg(pool, { schema: schemaOf(this.url), disposeExternalPool: true });
    return wrap(await factory.connect(), pool);
  }

  async connectToShadowDb() {
    const admin = new pg.Client(settings(this.url));
    await admin.connect();
    const database = `prisma_migrate_shadow_db_${randomUUID()}`;
    const own = !this.shadowUrl;
    if (own) await admin.query(`CREATE DATABASE "${database}"`);
    const pool = quietPool(own ? { ...settings(this.url), database } : settings(this.shadowUrl));
    const adapter = wrap(await new PrismaPg(pool, { schema: schemaOf(this.url) }).connect(), pool);
    // the pool first: the server does not drop a database that somebody is connected to
    adapter.dispose = async () => {
      await pool.end();
      if (own) await admin.query(`DROP DATABASE IF EXISTS "${database}" WITH (FORCE)`);
      await admin.end();
    };
    return adapter;
  }
}

/** Runs `work` in the maintenance database, where the named one can be made or dropped. */
async function beside(url, work) {
  const config = settings(url);
  let last;
  for (const database of ["postgres", "template1"]) {
    const client = new pg.Client({ ...config, database });
    try {
      await client.connect();
    } catch (error) {
      last = error;
      continue;
    }
    try {
      return await work(client, pg.escapeIdentifier(config.database));
    } finally {
      await client.end();
    }
  }
  throw last;
}

const commands = {
  "can-connect-to-database": async (url) => {
    const client = new pg.Client(settings(url));
    await client.connect();
    await client.end();
    return "Connection successful";
  },
  "create-database": async (url) => {
    await beside(url, (client, name) => client.query(`CREATE DATABASE ${name}`));
    return "Successfully created database";
  },
  "drop-database": async (url) => {
    await beside(url, (client, name) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    return "The database was successfully dropped.";
  },
};

function known(error, url) {
  const { database, host, port } = settings(url);
  const answers = {
    "3D000": ["P1003", `Database \`${database}\` does not exist`],
    "28P01": ["P1000", "Authentication failed"],
    "42P04": ["P1009", "Database already exists"],
    ECONNREFUSED: ["P1001", `Can't reach database server at ${host}:${port}`],
  };
  return answers[error.code] ?? ["P1010", error.message];
}

async function runCommand(name, url) {
  try {
    const command = commands[name];
    if (!command) throw new Error(`unknown command ${name}`);
    log("INFO", await command(url));
    process.exit(0);
  } catch (error) {
    const [code, message] = known(error, url);
    process.stderr.write("\n");
    log("ERROR", message, { is_panic: false, error_code: code });
    process.exit(1);
  }
}

async function loadEngine() {
  const engine = await import("@prisma/schema-engine-wasm/schema_engine_bg");
  const folder = path.dirname(require.resolve("@prisma/schema-engine-wasm/schema_engine_bg"));
  const { instance } = await WebAssembly.instantiate(readFileSync(path.join(folder, "schema_engine_bg.wasm")), {
    "./schema_engine_bg.js": engine,
  });
  engine.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start?.();
  return engine;
}

async function serve(source) {
  const { SchemaEngine } = await loadEngine();
  const datamodels = argv.flatMap((word, index) =>
    word === "--datamodels" ? [[argv[index + 1], readFileSync(argv[index + 1], "utf8")]] : [],
  );
  const factory = bindMigrationAwareSqlAdapterFactory(new Factory(source.url ?? nowhere, source.shadowDatabaseUrl));
  let made;
  const engine = () => {
    made ??= SchemaEngine.new({ datamodels: datamodels.length ? datamodels : undefined }, () => {}, factory);
    return made;
  };
  const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);

  async function answer(line) {
    const { id, method, params } = JSON.parse(line);
    // the acknowledgement of our own print has no method
    if (!method) return;
    try {
      const running = await engine();
      let result = method === "getDatabaseVersion" ? await running.version(params) : await running[method](params);
      if (method === "diff" && result?.stdout != null) {
        send({ id: 1e9 + id, method: "print", params: { content: result.stdout } });
        result = { exitCode: result.exitCode, stdout: null };
      }
      send({ id, result: result ?? {} });
    } catch (error) {
      const data = {
        is_panic: false,
        message: error?.message ?? String(error),
        meta: null,
        error_code: error?.code,
      };
      send({ id, error: { code: 4466, message: "An error happened. Check the data field for details.", data } });
    }
  }

  let chain = Promise.resolve();
  readline
    .createInterface({ input: process.stdin })
    .on("line", (line) => {
      chain = chain.then(() => answer(line));
    })
    .on("close", () => {
      chain.then(async () => {
        (await made)?.free?.();
        process.exit(0);
      });
    });
}

if (argv.includes("--version") || argv.includes("-V")) {
  process.stdout.write("schema-engine-cli wasm\n");
  process.exit(0);
}
const source = JSON.parse(option("--datasource") ?? "{}");
if (argv.includes("cli")) await runCommand(argv[argv.indexOf("cli") + 1], source.url);
else await serve(source);
