import "server-only";
import pino from "pino";
import { env } from "./env";
import { shared } from "./shared";

/** JSON lines; phones, names and tokens never enter them. */
export const log = shared("log", () =>
  pino({
    level: env().LOG_LEVEL,
    redact: ["phone", "openid", "password", "token", "*.phone", "*.openid", "*.password", "*.token"],
  }),
);
