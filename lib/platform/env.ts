import "server-only";
import { z } from "zod";

const text = z.string().min(1);
const shape = z.object({
  NODE_ENV: z.enum(["development", "production", "test"]).default("production"),
  HOST: text.default("127.0.0.1"),
  PORT: z.coerce.number().int().min(1).max(65535).default(4000),
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, "must be a postgresql:// address"),
  MIGRATE_DATABASE_URL: z.string().optional(),
  DATABASE_POOL: z.coerce.number().int().min(1).max(200).default(12),
  DATA_DIR: text.default(".data"),
  NEXTAUTH_SECRET: z.string().min(32),
  NEXTAUTH_URL: z.url(),
  TOKEN_SECRET: z.string().min(32),
  API_LIMIT_FACTOR: z.coerce.number().int().min(1).max(100_000).optional(),
  CURSOR_SECRET: z.string().min(16).optional(),
  PII_KEY: z.string().refine((v) => Buffer.from(v, "base64").length === 32, "must be 32 bytes in base64"),
  PII_INDEX_KEY: z.string().min(32),
  WECHAT_PAY_BASE_URL: z.url(),
  WECHAT_API_BASE_URL: z.url(),
  WECHAT_PAY_MCHID: text,
  WECHAT_APPID: text,
  WECHAT_APP_SECRET: text,
  WECHAT_PAY_SERIAL: text,
  WECHAT_PAY_PRIVATE_KEY: text,
  WECHAT_PAY_APIV3_KEY: z.string().length(32),
  WECHAT_PAY_VERIFIERS: text,
  WECHAT_NOTIFY_BASE_URL: z.url(),
  SMS_GATEWAY_URL: z.url().optional(),
  SMS_GATEWAY_TOKEN: text.optional(),
  MAIL_GATEWAY_URL: z.url().optional(),
  MAIL_GATEWAY_TOKEN: text.optional(),
  WECHAT_MESSAGE_URL: z.url().optional(),
  WECHAT_MESSAGE_TOKEN: text.optional(),
  DEMO_MODE: z.enum(["0", "1"]).default("0"),
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
});

export type Env = z.infer<typeof shape>;

const test: Partial<Record<keyof Env, string>> = {
  NEXTAUTH_SECRET: "test-secret-test-secret-test-secret",
  NEXTAUTH_URL: "http://127.0.0.1:4000",
  TOKEN_SECRET: "test-token-secret-test-token-secret",
  PII_KEY: Buffer.alloc(32, 7).toString("base64"),
  PII_INDEX_KEY: "test-index-key-test-index-key-test",
  WECHAT_PAY_BASE_URL: "http://127.0.0.1:9",
  WECHAT_API_BASE_URL: "http://127.0.0.1:9",
  WECHAT_PAY_MCHID: "1900000001",
  WECHAT_APPID: "wx0000000000000001",
  WECHAT_APP_SECRET: "test",
  WECHAT_PAY_SERIAL: "TEST",
  WECHAT_PAY_PRIVATE_KEY: "none",
  WECHAT_PAY_APIV3_KEY: "0123456789abcdef0123456789abcdef",
  WECHAT_PAY_VERIFIERS: "[]",
  WECHAT_NOTIFY_BASE_URL: "http://127.0.0.1:4000",
  LOG_LEVEL: "silent",
  API_LIMIT_FACTOR: "1000",
};

let read: Env | undefined;

/** The validated environment. Throws one sentence that names every wrong variable. */
export function env(): Env {
  if (read) return read;
  // `next build` loads every module and connects to nothing
  const building = process.env.NEXT_PHASE === "phase-production-build";
  const given = process.env.VITEST
    ? { ...test, ...process.env, NODE_ENV: "test" }
    : building
      ? { ...test, DATABASE_URL: "postgresql://none:none@127.0.0.1:1/none" }
      : process.env;
  const parsed = shape.safeParse(given);
  if (!parsed.success) {
    const wrong = parsed.error.issues
      .map((i) => `${i.path.join(".")} ${i.message.endsWith("received undefined") ? "is missing" : i.message}`)
      .join("; ");
    throw new Error(`Environment: ${wrong}. See .env.example.`);
  }
  read = parsed.data;
  return read;
}
